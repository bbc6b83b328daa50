"""Copies of repositories that nobody has used for long: for `prune`. All of them can be fetched again."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.flock import FlockFile
from cellwright.files.private import remove_private_folder
from cellwright.files.user_cache import user_cache
from cellwright.terraform.install.fetch.store import user_data

IN_USE = "in-use"
"""The file that whoever uses a clone or a mirror locks, shared; its time says when that was last."""
_LEAST = 600.0
"""Seconds after which a copy can count as unused: whoever asked for one may be about to lock it."""


@dataclass(frozen=True, slots=True)
class UnusedCopy:
    """A folder that may be removed as long as nobody has the lock."""

    folder: Path
    lock: Path

    def remove(self) -> bool:
        """Remove it unless somebody uses it by now; tells whether it is gone."""
        with suppress(OSError):
            file = FlockFile.open(self.lock)
            try:
                if file.try_lock():
                    remove_private_folder(self.folder)
                    return True
            finally:
                file.release()
        return False


@contextmanager
def in_use(lock: Path) -> Iterator[None]:
    """Keep a copy from being removed during the block, and note when it was used.

    Raises:
        DiagnosticError: the lock can't be had.
    """
    with file_errors(f"{lock} can't be locked"):
        file = FlockFile.open(lock)
        file.share()
    try:
        os.utime(file.descriptor)
        yield
    finally:
        with suppress(OSError):
            os.utime(file.descriptor)
        file.release()


def unused_copies(environment: Mapping[str, str], since: float) -> Iterator[UnusedCopy]:
    """Yield what was not used since a moment, in seconds since 1970.

    Of a server's folder only the clone: ledger, key, states and logs beside it exist nowhere else.
    """
    since = min(since, time.time() - _LEAST)
    for folder in _folders(user_cache(environment) / "repositories", 1):
        if _last_used(lock_of_cache(folder), folder) < since:
            yield UnusedCopy(folder, lock_of_cache(folder))
    for folder in _folders(user_data(environment) / "servers", 2):
        if (folder / "clone").is_dir() and _last_used(folder / IN_USE, folder) < since:
            yield UnusedCopy(folder / "clone", folder / IN_USE)


def _folders(top: Path, depth: int) -> Iterator[Path]:
    with suppress(OSError):
        for entry in sorted(top.iterdir()):
            if entry.is_symlink() or not entry.is_dir():
                continue
            if depth == 1:
                yield entry
            else:
                yield from _folders(entry, depth - 1)


def lock_of_cache(folder: Path) -> Path:
    """Give the lock of a repository's folder in the user's cache."""
    return folder.with_name(f"{folder.name}.{IN_USE}")


def _last_used(lock: Path, folder: Path) -> float:
    """When it was used last; of one that was made before there were locks, when it was made."""
    for path in (lock, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return time.time()
