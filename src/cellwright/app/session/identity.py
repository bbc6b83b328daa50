"""Who acts, as a command line finds it out: from the environment, git or the login."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.app.session.vouching import system_user, vouchers
from cellwright.git.repository import Repository
from cellwright.model.actor import Actor, checked_name
from cellwright.model.diagnostic import DiagnosticError

VARIABLE = "CELLWRIGHT_ACTOR"
"""Names the actor where git can't: a Jenkins job that acts for a person. Whoever starts us can set it."""


def identify(root: Path, environment: Mapping[str, str]) -> Actor:
    """Name who acts: CELLWRIGHT_ACTOR, else git's identity in the fleet, else user@host; and who vouches.

    Raises:
        DiagnosticError: the name has a line break or another character that can't be seen, or is too long.
    """
    name, named_by = _name(root, environment)
    return Actor(name, named_by, vouchers(environment))


def _name(root: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    if named := environment.get(VARIABLE, "").strip():
        return checked_name(named, f"set {VARIABLE} to a name of one line"), "environment"
    repository = Repository.containing(root, environment)
    if repository is not None:
        try:
            identity = str(repository.identity())
        except DiagnosticError:
            return system_user(), "login"
        return checked_name(identity, f"change git's user.name and user.email, or set {VARIABLE}"), "git"
    return system_user(), "login"
