"""Files that only their owner may read, written whole or not at all."""

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
_ADVICE = {
    errno.ENOSPC: "the disk is full: make room, then run the command again",
    errno.EDQUOT: "the disk quota is used up: make room, then run the command again",
    errno.EROFS: "the file system is read-only: keep the fleet where it can be written",
    errno.EACCES: "make the folder writable for the user who runs Cellwright",
    errno.EPERM: "make the folder writable for the user who runs Cellwright",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n) or lower --parallel",
}


@contextmanager
def file_faults(what: str) -> Iterator[None]:
    """Turn a failure of the file system into a diagnostic that says what could not be done.

    Raises:
        DiagnosticError: the block raised OSError.
    """
    try:
        yield
    except OSError as fault:
        raise DiagnosticError(fault_of(what, fault)) from fault


def fault_of(what: str, fault: OSError) -> Diagnostic:
    """Say what could not be done, why, and what to do."""
    reason = fault.strerror or str(fault)
    return error(f"{what}: {reason}", _ADVICE.get(fault.errno or 0, "look at the file and its folder"))


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it, closed to others.

    Raises:
        OSError: it can't be made.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE_FOLDER)


def write_private(path: Path, content: bytes, mode: int = PRIVATE_FILE) -> None:
    """Replace `path` by `content` in one step; whoever reads meanwhile sees the old or the new whole.

    Not synced to the disk: everything that this room writes can be made again.

    Raises:
        OSError: it can't be written; `path` is as it was.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    try:
        descriptor = os.open(fresh, _WRITE, mode)
        try:
            _write_all(descriptor, content)
        finally:
            os.close(descriptor)
        fresh.rename(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
