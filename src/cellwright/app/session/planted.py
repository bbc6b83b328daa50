"""Finds a `.cellwright` that came with a repository: one that git tracks, or with links that lead elsewhere.

Such a folder would bring its own ledger, states and logs, and what is written there would land anywhere.
"""

import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.listing import listed
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error

_KEPT = ("work", "logs", "states")
"""What has folders of its own: LEVEL/CELL/STACK or RUN/LEVEL/CELL/STACK."""
_DEPTH = 4
_SEEN = "home-seen"
"""The file in the cache that tells which `.cellwright` was searched for links already."""
_INDEX = "index-seen"
"""The file in the cache that tells which index of git did not have it."""


def refuse_links(folder: Path, cache: Path) -> None:
    """Refuse symbolic links where we write: at the top each time, further down once for each folder.

    Raises:
        DiagnosticError: there is one.
    """
    seen = cache / _SEEN
    status = folder.stat()
    identity = f"{status.st_dev} {status.st_ino}"
    found = next(_links(folder, 0), None)
    if found is None and _read(seen) != identity:
        found = next((link for name in _KEPT for link in _links(folder / name, _DEPTH)), None)
        if found is None:
            _remember(seen, identity)
    if found is not None:
        raise DiagnosticError(
            error(
                f"{found} is a symbolic link: {folder.name} is not used",
                "Cellwright writes there, and would write where the link leads: remove the link",
            )
        )


def refuse_tracked(folder: Path, cache: Path, environment: Mapping[str, str]) -> None:
    """Refuse a folder that git tracks; git is asked when its index has changed since it was asked last.

    Raises:
        DiagnosticError: it does, or git can't read the repository.
    """
    git = _git_of(folder.parent)
    if git is None:
        return
    seen = cache / _INDEX
    index = _index_mark(git)
    if index is not None and _read(seen) == index:
        return
    from cellwright.git.repository import Repository  # noqa: PLC0415  asked after a commit only

    repository = Repository.containing(folder.parent, environment)
    if repository is not None and (tracked := repository.tracked(folder)):
        raise DiagnosticError(
            error(
                f"{folder} is tracked by git ({tracked[0]}): it is not used",
                "who can commit there could bring a false ledger and false states; if you trust its content: "
                f"git rm -r --cached {folder.name}, and commit that",
            )
        )
    if index is not None:
        _remember(seen, index)


def _links(folder: Path, depth: int) -> Iterator[Path]:
    for entry in listed(folder):
        if entry.is_symlink():
            yield Path(entry.path)
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _links(Path(entry.path), depth - 1)


def _git_of(root: Path) -> Path | None:
    """Give the `.git` of the work tree that a folder is in."""
    return next((found for folder in (root, *root.parents) if (found := folder / ".git").exists()), None)


def _index_mark(git: Path) -> str | None:
    """Tell one content of git's index from another; None where that can't be told."""
    with suppress(OSError, ValueError):
        place = git
        if not git.is_dir():  # of a further work tree: a file that says where
            _, _, named = git.read_text().strip().partition("gitdir: ")
            place = git.parent / named
        status = (place / "index").stat()
        if stat.S_ISREG(status.st_mode):
            return f"{place} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
    return None


def _read(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.read_text()
    return ""


def _remember(path: Path, text: str) -> None:
    with suppress(OSError):  # then it is looked at each time
        make_private_folder(path.parent)
        write_file(path, text)
