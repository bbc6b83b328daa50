"""Files of git commits, fetched once and kept: shared by every run, written by none.

Below the folder, `<digest of the URL>/commits/<commit>/` holds the files, `.../tags/` what a tag stood for
when it was first asked for. A tag stays what it was; a branch is asked for again each time.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cellwright.files.atomic import sync_folder, write_file
from cellwright.files.lock import locked
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder
from cellwright.git.remote import fetch, is_commit, resolve_ref
from cellwright.model.diagnostic import DiagnosticError, error

_UNFINISHED = ".fetching-"
_LOCK_SECONDS = 1800.0
"""How long to wait for another fetch from the same repository; every command of git has its own time-out."""


class Checkouts:
    """Kept commits, for several threads and processes at once: one fetches, the others wait for it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment

    def commit(self, url: str, ref: str | None) -> str:
        """Tell which commit `ref` (None: the default branch) stands for.

        Raises:
            DiagnosticError: the repository can't be reached, or has no such ref.
        """
        if ref is not None and is_commit(ref):
            return ref
        remembered = self._repository(url) / "tags" / hashed_name(ref or "")
        with suppress(OSError):
            commit = remembered.read_text().strip()
            if is_commit(commit):
                return commit
        resolved = resolve_ref(url, ref, self._environment)
        if not resolved.moving:
            with _writing(self._folder):
                make_private_folder(remembered.parent)
                write_file(remembered, resolved.commit)
        return resolved.commit

    def files(self, url: str, commit: str) -> Path:
        """Give the folder with the files of `commit`, read-only, fetched if it is not there yet.

        Raises:
            DiagnosticError: the commit can't be fetched, or the folder can't be written.
        """
        target = self._repository(url) / "commits" / commit
        if target.is_dir():
            return target
        with _writing(self._folder):
            make_private_folder(target.parent)
            with locked(
                target.parent / ".lock",
                timeout=_LOCK_SECONDS,
                busy=f"another process has been fetching from {url} for half an hour",
                advice="look for a Cellwright that hangs, stop it, and repeat this",
            ):
                if not target.is_dir():
                    _remove_unfinished(target.parent)
                    self._fetch(url, commit, target)
        return target

    def _fetch(self, url: str, commit: str, target: Path) -> None:
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=target.parent))
        try:
            fetch(url, commit, unfinished, self._environment)
            _seal(unfinished)
            unfinished.rename(target)
            sync_folder(target.parent)
        except BaseException:
            _remove(unfinished)
            raise

    def _repository(self, url: str) -> Path:
        return self._folder / hashed_name(url)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        advice = "free some room, or correct the permissions"
        raise DiagnosticError(
            error(f"the cache {folder} can't be written: {fault.strerror}", advice)
        ) from None


def _remove_unfinished(folder: Path) -> None:
    """Remove what fetches left that were killed; whoever holds the lock knows that none is going on."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        _remove(left)


def _seal(folder: Path) -> None:
    """Make all of it read-only and lasting: once it has its name, it is complete, also after a power cut."""
    for place, _, names in os.walk(folder, topdown=False):
        for path in (Path(place, name) for name in names):
            if not path.is_symlink():
                path.chmod(0o555 if path.stat().st_mode & 0o100 else 0o444)
                _sync(path)
        Path(place).chmod(0o555)
        _sync(Path(place))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    # What can't be removed (a git that outlived its killed parent may still write there) harms nobody, and
    # the next fetch tries again.
    with suppress(OSError):
        for place, _, _ in os.walk(folder):
            Path(place).chmod(0o700)
        shutil.rmtree(folder)
