"""Who acts: what the audit trail calls the person or the job."""

import getpass
import socket
from collections.abc import Mapping
from pathlib import Path

from cellwright.git.repository import Repository
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError

VARIABLE = "CELLWRIGHT_ACTOR"
"""Names the actor where git can't: a Jenkins job that acts for somebody."""


def actor(root: Path, environment: Mapping[str, str]) -> str:
    """Name who acts: CELLWRIGHT_ACTOR, else git's identity in the fleet, else user@host."""
    if named := environment.get(VARIABLE, "").strip():
        return named
    repository = Repository.containing(root)
    if repository is not None:
        try:
            identity = repository.identity()
        except DiagnosticError:
            return _login()
        return f"{identity.name} <{identity.email}>"
    return _login()


def _login() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def acting(root: Path, environment: Mapping[str, str]) -> Actor:
    """`actor` as a value."""
    return Actor(actor(root, environment))
