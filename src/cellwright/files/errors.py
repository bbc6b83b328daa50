"""Failures of the file system as diagnostics: what could not be done, why, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position

_ADVICE = {
    errno.ENOSPC: "the disk is full: make room, then run the command again",
    errno.EDQUOT: "the disk quota is used up: make room, then run the command again",
    errno.EROFS: "the file system is read-only: keep the fleet where it can be written",
    errno.EACCES: "make the folder writable for the user who runs Cellwright",
    errno.EPERM: "make the folder writable for the user who runs Cellwright",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n) or lower --parallel",
}


@contextmanager
def file_errors(what: str) -> Iterator[None]:
    """Turn an OSError of the block into a diagnostic that begins with `what` could not be done.

    Raises:
        DiagnosticError: the block raised OSError.
    """
    try:
        yield
    except OSError as fault:
        raise DiagnosticError(file_error(what, fault)) from fault


def file_error(what: str, fault: OSError, position: Position | None = None) -> Diagnostic:
    """Describe an OSError: what could not be done, why, and what to do."""
    reason = fault.strerror or str(fault)
    advice = _ADVICE.get(fault.errno or 0, "check the file and the permissions of its folder")
    return error(f"{what}: {reason}", advice, position)
