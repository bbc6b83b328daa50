"""Who acts, as a command line finds it out: from the environment, git or the login."""

import re
from collections.abc import Mapping
from pathlib import Path

from cellwright.app.session.actor.vouching import system_user, vouchers
from cellwright.git.repository import GitIdentity, Repository
from cellwright.model.actor import Actor, VoucherKind, checked_name
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.build_settings import BuildSettings

VARIABLE = "CELLWRIGHT_ACTOR"
"""Names the actor where git can't: a Jenkins job that acts for a person. Whoever starts us can set it."""


def identify(root: Path, environment: Mapping[str, str], builds: BuildSettings | None = None) -> Actor:
    """Name who acts: CELLWRIGHT_ACTOR, else git's identity in the fleet, else user@host; and who vouches.

    `builds` says whose identity tokens are believed: a build's is verified, and names the person where
    CELLWRIGHT_ACTOR does not.

    Raises:
        DiagnosticError: the name has a line break or another character that can't be seen, or is too long;
            or `builds` asks for a token that this process does not have, or that can't be verified.
    """
    name, named_by = _name(root, environment)
    actor = Actor(name, named_by, vouchers(environment))
    if builds is None or not builds.issuers:
        return actor
    # Imported where somebody's builds are believed: it brings what asks over HTTP.
    from cellwright.app.session.actor.building import with_build  # noqa: PLC0415

    return with_build(actor, builds, environment)


_ADDRESSED = re.compile(r"(.*\S)\s*<([^<>\s]+@[^<>\s]+)>\Z")
_NO_ADDRESS = "cellwright.invalid"
"""No such domain can be registered: mail to such an author goes nowhere."""
_SIGNED_IN = frozenset({VoucherKind.SESSION, VoucherKind.TOKEN})


def author_of(actor: Actor) -> GitIdentity | None:
    """Give as whom git is to name somebody who has signed in; None for a command line's, whom git knows."""
    if not any(item.kind in _SIGNED_IN and item.checked for item in actor.vouchers):
        return None
    if found := _ADDRESSED.match(actor.name):
        return GitIdentity(found[1].strip("<>"), found[2])
    name = actor.name.replace("<", "").replace(">", "").strip()
    local = re.sub(r"[^a-z0-9.+-]+", "-", name.lower()).strip("-.") or "somebody"
    return GitIdentity(name or local, f"{local}@{_NO_ADDRESS}")


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
