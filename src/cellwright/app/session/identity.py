"""Who acts, as a command line finds it out: from the environment, git or the login."""

import getpass
import socket
from collections.abc import Mapping
from pathlib import Path

from cellwright.git.repository import Repository
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError

VARIABLE = "CELLWRIGHT_ACTOR"
"""Names the actor where git can't: a Jenkins job that acts for a person."""


def identify(root: Path, environment: Mapping[str, str]) -> Actor:
    """Name who acts: CELLWRIGHT_ACTOR, else git's identity in the fleet, else user@host."""
    if named := environment.get(VARIABLE, "").strip():
        return Actor(named, "environment")
    repository = Repository.containing(root, environment)
    if repository is not None:
        try:
            return Actor(str(repository.identity()), "git")
        except DiagnosticError:
            return _login()
    return _login()


def _login() -> Actor:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return Actor(f"{user}@{socket.gethostname()}", "login")
