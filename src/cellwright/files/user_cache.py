"""The user's cache folder: what lies there is the user's, is closed to others, and may be deleted."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.names import hashed_name
from cellwright.files.ownership import user_name
from cellwright.files.private import PRIVATE_FOLDER
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

_FLEETS = "fleets"
_ORIGIN = "fleet"
"""The file in a fleet's cache that names the fleet's folder."""
_OTHERS = 0o077


def user_cache(environment: Mapping[str, str]) -> Path:
    """The user's cache folder for Cellwright (XDG Base Directory Specification)."""
    chosen = environment.get("XDG_CACHE_HOME", "")
    home = environment.get("HOME", "")
    if chosen.startswith("/"):
        return Path(chosen) / "cellwright"
    return (Path(home) if home.startswith("/") else own_home()) / ".cache" / "cellwright"


def own_home() -> Path:
    """This user's home, for whoever is given an environment without one."""
    return Path.home()


def open_fleet_cache(environment: Mapping[str, str], root: Path) -> Path:
    """Give the folder for what is kept of the fleet at `root`; made if it is missing and can be made.

    It goes by the path of the fleet's folder and by the folder itself: another fleet that is put in the same
    place has another one. A cache in the fleet's own folder would come along with a repository.

    Raises:
        DiagnosticError: it, or a folder of ours above it, is a symbolic link or belongs to another user.
    """
    cache = user_cache(environment)
    folder = cache / _FLEETS / _key(root)
    with suppress(OSError):  # only a cache; who needs the folder says why it can't be written
        cache.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for place in (cache, cache / _FLEETS, folder):
        if not _claim(place):
            return folder
    with suppress(OSError):
        if not (folder / _ORIGIN).exists():
            write_file(folder / _ORIGIN, os.fsencode(root.resolve()))
    return folder


def open_cache_folder(environment: Mapping[str, str], *names: str) -> Path:
    """Give a folder of the user's cache that something can't do without; made if it is missing.

    Raises:
        DiagnosticError: it, or one above it, is a symbolic link, belongs to another user, or can't be made.
    """
    place = user_cache(environment)
    with suppress(OSError):  # said below, of the folder itself
        place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for part in ("", *names):
        place = place / part
        if not _claim(place):
            raise DiagnosticError(
                error(f"the folder {place} can't be made", "name a folder of yours with XDG_CACHE_HOME")
            )
    return place


def caches_without_fleet(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the caches of fleets whose folders are gone or were replaced."""
    with suppress(OSError):
        for folder in sorted((user_cache(environment) / _FLEETS).iterdir()):
            if folder.is_symlink() or not folder.is_dir():
                continue
            try:
                root = Path(os.fsdecode((folder / _ORIGIN).read_bytes()))
            except (OSError, ValueError):
                continue  # just being made
            if not root.is_dir() or _key(root) != folder.name:
                yield folder


def _key(root: Path) -> str:
    real = root.resolve()
    status = real.stat()
    return hashed_name(f"{os.fsencode(real).hex()} {status.st_dev} {status.st_ino}")


def _claim(folder: Path) -> bool:
    """Make a folder that is this user's and closed to others; false if it can't be had at all."""
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE_FOLDER)
        status = folder.lstat()
        if stat.S_ISLNK(status.st_mode) or status.st_uid != os.geteuid():
            raise DiagnosticError(_not_ours(folder, status))
        if status.st_mode & _OTHERS:
            folder.chmod(PRIVATE_FOLDER)
    except OSError:
        return False
    return True


def _not_ours(folder: Path, status: os.stat_result) -> Diagnostic:
    why = "a symbolic link" if stat.S_ISLNK(status.st_mode) else f"a folder of {user_name(status.st_uid)}"
    return error(
        f"the cache {folder} is not used: it is {why}",
        "what lies there could be anybody's: remove it, or name another folder of yours with XDG_CACHE_HOME",
    )
