"""Who a provider says somebody is, and the grants that their groups bring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.model.settings.console_settings import GroupGrant
from cellwright.model.value import Json

_LONGEST = 200
_MOST_GROUPS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as a provider knows them. `issuer` and `subject` together never change; the rest may."""

    issuer: str
    subject: str
    name: str
    """For people to read; the subject if the provider says no name."""
    login: str | None
    """`preferred_username`."""
    email: str | None
    """Only one that the provider has verified."""
    groups: frozenset[str]
    id_token: str = field(default="", repr=False)
    """As the provider gave it: some want to see it again when somebody signs out there."""


class GroupsMissingError(Exception):
    """A provider did not say which groups somebody has, and why."""


def read_identity(claims: Mapping[str, Json], groups_claim: str) -> Identity:
    """Make an identity of checked claims.

    Raises:
        GroupsMissingError: the provider left the groups out as there are too many.
    """
    subject = str(claims["sub"])
    email = _text(claims, "email")
    login = _text(claims, "preferred_username")
    return Identity(
        issuer=str(claims["iss"]),
        subject=subject,
        name=_text(claims, "name") or login or email or subject,
        login=login,
        email=email if claims.get("email_verified") is True else None,
        groups=frozenset(_groups(claims, groups_claim)),
    )


def grants_of(groups: Iterable[str], mapping: Mapping[str, tuple[GroupGrant, ...]]) -> tuple[Grant, ...]:
    """Give the grants that somebody has by their groups, each once."""
    found = (_grant(item) for group in sorted(groups) for item in mapping.get(group, ()))
    return tuple(dict.fromkeys(found))


def _grant(given: GroupGrant) -> Grant:
    return Grant(Role(given.role), GrantScope(frozenset(given.levels), given.cells, frozenset(given.tags)))


def _groups(claims: Mapping[str, Json], name: str) -> Iterable[str]:
    elsewhere = claims.get("_claim_names")
    if name not in claims and isinstance(elsewhere, Mapping) and name in elsewhere:
        # Entra does so beyond 200 groups. Without them somebody would lose their roles and nobody know why.
        raise GroupsMissingError
    value = claims.get(name)
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [item for item in listed[:_MOST_GROUPS] if isinstance(item, str)]


def _text(claims: Mapping[str, Json], name: str) -> str | None:
    """Give a claim that people read: one line, without signs that do not print."""
    value = claims.get(name)
    if not isinstance(value, str):
        return None
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
    return shown[:_LONGEST] or None
