"""Diagnostics for exceptions that no code expected; the traceback goes into a private file."""

import errno
import os
import tempfile
import traceback
from pathlib import Path

from cellwright.cli.screen.streams import OutputLostError
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

_SHOWN = 80
"""Characters that are shown of a name that is too long."""


def system_error(fault: OSError) -> DiagnosticError:
    """Describe a refusal of the operating system: disk full, folder read-only, connection lost."""
    if isinstance(fault, OutputLostError):
        return DiagnosticError(_output_lost(fault))
    if fault.errno == errno.ENAMETOOLONG:
        return DiagnosticError(
            error(f"'{_cut(str(fault.filename))}' is too long a name", "choose a shorter one")
        )
    place = f"{fault.filename}: " if fault.filename else ""
    return DiagnosticError(
        error(f"{place}{fault.strerror or type(fault).__name__}", f"the traceback is in {save_traceback()}")
    )


def text_lost(fault: OSError) -> DiagnosticError:
    """Describe that help, the version or the like can't be written: no command has begun."""
    return DiagnosticError(
        error(f"standard output can't be written: {fault.strerror}", "what was printed is not whole")
    )


def _output_lost(fault: OSError) -> Diagnostic:
    """Describe that standard output can't be written: no fault of the command, whose work stays done."""
    return error(
        f"standard output can't be written: {fault.strerror}",
        "what was printed is not whole; what the command has changed is on record: cellwright runs",
    )


def _cut(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"


def internal_error(fault: Exception) -> DiagnosticError:
    """Describe a bug in Cellwright. The exception's text is only in the file: it may hold a secret."""
    return DiagnosticError(
        error(
            f"internal error ({type(fault).__name__})",
            f"this is a bug in Cellwright; please report it with the traceback in {save_traceback()}",
        )
    )


def save_traceback() -> str:
    """Write the current exception's traceback to a file that only its owner can read; returns its path."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="cellwright-traceback-", suffix=".txt")  # made 0600
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(traceback.format_exc())
    except OSError as fault:
        return f"no file ({fault.strerror})"
    return str(Path(name))
