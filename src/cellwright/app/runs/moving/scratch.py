"""Folders for copies of states, which hold secrets in clear: nothing of them stays.

What a process that was killed has left is removed by the next one that needs such a folder, and by `prune`.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.flock import FlockFile
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error

_LONGEST_WAIT = 600.0
"""Seconds to wait for another preview."""
_PAUSE = 0.1
_LOCK = ".lock"
"""How the file beside a folder ends that is locked while its process lives."""


@contextmanager
def scratch_folder(home: Path) -> Iterator[Path]:
    """Make a folder in a fleet's home for the block alone.

    Raises:
        DiagnosticError: it can't be made.
    """
    folder = _of(home) / secrets.token_hex(8)
    with _locked_file(folder.with_name(f"{folder.name}{_LOCK}"), 0.0):
        remove_left_copies(home)
        try:
            with file_errors(f"{folder} can't be written"):
                make_private_folder(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def preview_folder(home: Path) -> Iterator[Path]:
    """As `scratch_folder`, for one preview at a time: a server may be asked for several at once.

    Raises:
        DiagnosticError: it can't be made, or another preview takes too long.
    """
    with _locked_file(_of(home) / "preview", _LONGEST_WAIT), scratch_folder(home) as folder:
        yield folder


def remove_left_copies(home: Path) -> None:
    """Remove the folders of processes that are dead."""
    moves = _of(home)
    with suppress(OSError):
        for path in list(moves.iterdir()):
            with suppress(OSError):
                _remove_if_left(path)
        moves.rmdir()


def _remove_if_left(path: Path) -> None:
    if path.is_dir():
        # Its lock is there before it, and goes after it: one that has none could not be removed in its time.
        if not path.with_name(f"{path.name}{_LOCK}").exists():
            shutil.rmtree(path)
        return
    lock = FlockFile.open(path)
    try:
        if lock.try_lock() and lock.is_at(path):
            if path.suffix == _LOCK and (folder := path.with_suffix("")).exists():
                shutil.rmtree(folder)  # where that fails its lock stays, by which the next one finds it
            path.unlink(missing_ok=True)
    finally:
        lock.close()


def _of(home: Path) -> Path:
    return home / "moves"


@contextmanager
def _locked_file(path: Path, patience: float) -> Iterator[None]:
    """Hold a lock file that is there for the block alone, with its folder.

    Raises:
        DiagnosticError: it can't be made, or somebody has had it for so many seconds.
    """
    with file_errors(f"{path} can't be locked"):
        lock = _until(lambda: _taken(path), patience)
    if lock is None:
        raise DiagnosticError(
            error(
                "another rename or move is being planned on this machine",
                "wait for its end, then repeat this",
            )
        )
    try:
        yield
    finally:
        # Removed while it is held: whoever has waited for it sees that it is another file by now.
        with suppress(OSError):
            path.unlink(missing_ok=True)
        lock.close()
        with suppress(OSError):
            path.parent.rmdir()


def _taken(path: Path) -> FlockFile | None:
    make_private_folder(path.parent)
    try:
        lock = FlockFile.open(path)
    except FileNotFoundError:  # the folder was removed meanwhile
        return None
    try:
        if lock.try_lock() and lock.is_at(path):
            return lock
    except BaseException:
        lock.close()
        raise
    lock.close()
    return None


def _until(work: Callable[[], FlockFile | None], patience: float) -> FlockFile | None:
    end = time.monotonic() + max(patience, 10 * _PAUSE)
    while (found := work()) is None and time.monotonic() < end:
        time.sleep(_PAUSE)
    return found
