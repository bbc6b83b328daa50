"""What the ledger knows of people, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class PersonKind(Enum):
    """What stands behind a name."""

    PERSON = "person"
    SERVICE = "service"
    """A program: it can't sign in, and has tokens only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be given roles."""

    id: str
    """Random, and never used again."""
    login: str
    """What they type to sign in."""
    name: str
    email: str | None = None
    kind: PersonKind = PersonKind.PERSON
    created_at: str = ""
    """UTC, ISO 8601."""
    created_by: str = ""
    disabled_at: str | None = None
    """None while they may sign in."""

    @property
    def shown(self) -> str:
        """The name as the audit trail has it: nobody else has the same."""
        return f"{self.name} <{self.email}>" if self.email else f"{self.name} ({self.login})"


class GrantOrigin(Enum):
    """Where a grant comes from."""

    GRANTED = "granted"
    """An admin gave it."""
    GROUP = "group"
    """A group at the identity provider has it; it is settled anew at each sign-in."""
    BREAK_GLASS = "break-glass"
    """Somebody took it in an emergency, for a short time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    """A role that somebody has, where, and since when."""

    id: str
    person: str
    role: str
    levels: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    origin: GrantOrigin = GrantOrigin.GRANTED
    granted_at: str = ""
    granted_by: str = ""
    reason: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A browser in which somebody has signed in."""

    id: str
    """What lists name it by; the browser's own secret is another value."""
    person: str
    method: str
    """How they proved who they are: `password`, `password+totp`, `passkey`, `oidc`."""
    created: datetime
    seen: datetime
    proved: datetime
    """When they last proved who they are."""
    expires: datetime
    address: str
    agent: str


class LinkPurpose(Enum):
    """What a one-time link is for."""

    FIRST_ADMIN = "first-admin"
    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """A link that works once; its secret is in nobody's hands but the receiver's."""

    purpose: LinkPurpose
    person: str | None
    """None for the first admin, who gives their name when they follow the link."""
    created_by: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """A token for the API, without its secret."""

    id: str
    """The part of it that may be shown."""
    person: str
    name: str
    limits: tuple[GrantRecord, ...] | None = None
    """Beyond these it does not go; None leaves it what its owner has."""
    act_for: bool = False
    """Whoever uses it may name the person that it acts for."""
    created_at: str = ""
    created_by: str = ""
    expires: datetime
    used: datetime | None = None
    revoked_at: str | None = None
