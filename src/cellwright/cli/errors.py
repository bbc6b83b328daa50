"""How a command ends badly: what is printed, and with which exit code."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error


class OutputGone(Exception):  # noqa: N818  what happened; nobody did anything wrong
    """Whoever read our output has seen enough."""


class Interrupted(Exception):  # noqa: N818  what happened, not what is wrong
    """Ctrl-C ended a command that has nothing to finish."""


DONE = 0
FINDINGS = 1
USAGE = 2
CHANGES = 3
"""`plan --exit-code`: there is something to do."""
INTERNAL = 70
"""EX_SOFTWARE of sysexits.h: a bug of ours."""
INTERRUPTED = 130
"""What a shell says of a process that SIGINT ended."""
BROKEN_PIPE = 141
"""What a shell says of a process that SIGPIPE ended."""


def world_failure(fault: OSError) -> DiagnosticError:
    """Say that the world refused: disk full, folder read-only, connection lost."""
    place = f"{fault.filename}: " if fault.filename else ""
    return DiagnosticError(
        error(f"{place}{fault.strerror or type(fault).__name__}", f"the traceback is in {keep_traceback()}")
    )


def bug(fault: Exception) -> DiagnosticError:
    """Say that this is our fault. The exception's text is left to the file: it may hold a secret."""
    return DiagnosticError(
        error(
            f"internal error ({type(fault).__name__})",
            f"this is a bug in Cellwright; please report it with the traceback in {keep_traceback()}",
        )
    )


def keep_traceback() -> str:
    """Write the current exception's traceback to a file that only its owner can read; returns where."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="cellwright-traceback-", suffix=".txt")  # made 0600
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(traceback.format_exc())
    except OSError as fault:
        return f"no file ({fault.strerror})"
    return str(Path(name))


def silence_output() -> None:
    """Point standard output at nothing, so that its last flush does not complain about a closed pipe."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell from an unparsed command line whether the answer must be JSON."""
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in before_end
