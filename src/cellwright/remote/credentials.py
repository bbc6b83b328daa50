"""The API token of this command line: from the environment or a file, never from an argument."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from cellwright.model.actor import checked_name
from cellwright.model.diagnostic import DiagnosticError, error

VARIABLE = "CELLWRIGHT_TOKEN"
FILE_VARIABLE = "CELLWRIGHT_TOKEN_FILE"
ACTS_FOR = "CELLWRIGHT_ACTS_FOR"
"""For whom a program asks: sent with a token that may act for others."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LONGEST = 4_096


def find_token(environment: Mapping[str, str]) -> str:
    """Give the token.

    Raises:
        DiagnosticError: there is none, or its file can be read by others.
    """
    token = environment.get(VARIABLE, "").strip()
    if not token and (named := environment.get(FILE_VARIABLE)):
        token = _from_file(Path(named))
    if not token:
        detail = f"make one on the console's page of tokens; set {VARIABLE}, or {FILE_VARIABLE} to its file"
        raise DiagnosticError(error("there is no API token for the server", detail))
    if not token.isascii() or not token.isprintable() or len(token) > _LONGEST:
        raise DiagnosticError(error("the API token is none", "copy it as the console has shown it"))
    return token


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise DiagnosticError(
                    error(f"the token's file {path} can be read by others", f"chmod 600 {path}")
                )
            return file.read(_LONGEST).decode("ascii", "replace").strip()
    except OSError as fault:
        raise DiagnosticError(
            error(f"the token's file {path} can't be read: {fault.strerror}", f"see {FILE_VARIABLE}")
        ) from fault


def find_acts_for(environment: Mapping[str, str]) -> str:
    """Give the person for whom this command line asks; empty: for whoever the token belongs to.

    Raises:
        DiagnosticError: the name can't be sent.
    """
    named = environment.get(ACTS_FOR, "").strip()
    return checked_name(named, f"set {ACTS_FOR} to a name of one line") if named else ""
