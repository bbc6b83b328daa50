"""People, tokens and workers."""

from typing import Literal

from pydantic import BaseModel


class GrantPart(BaseModel):
    """A role that somebody has, and where; empty parts limit nothing."""

    id: str
    role: str
    levels: list[str]
    cells: list[str]
    tags: list[str]
    origin: str
    granted_by: str
    granted_at: str
    reason: str
    expires: str | None


class PersonPart(BaseModel):
    """Somebody who can be given roles."""

    id: str
    login: str
    name: str
    email: str | None
    kind: Literal["person", "service"]
    created_at: str
    disabled_at: str | None
    grants: list[GrantPart]


class NewPerson(BaseModel):
    """Somebody who was added, and the link with which they choose their password; none for a service."""

    person: PersonPart
    link: str | None


class PersonLink(BaseModel):
    """A link with which somebody sets a new password, once."""

    link: str


class People(BaseModel):
    """Everybody."""

    people: list[PersonPart]


class PasskeyPart(BaseModel):
    """A passkey without its key."""

    id: str
    name: str
    created_at: str
    used: str | None


class AppPart(BaseModel):
    """An authenticator app without its secret."""

    added_at: str
    recovery_codes_left: int


class SecondFactors(BaseModel):
    """What somebody shows besides a password."""

    passkeys: list[PasskeyPart]
    app: AppPart | None


class TokenPart(BaseModel):
    """An API token without its secret."""

    id: str
    owner: str
    name: str
    limits: list[GrantPart] | None
    act_for: bool
    created_at: str
    created_by: str
    expires: str
    used: str | None
    revoked_at: str | None


class Tokens(BaseModel):
    """Tokens: one's own, or, for an admin, all."""

    tokens: list[TokenPart]


class NewToken(BaseModel):
    """A token with its secret, which is given this once."""

    token: TokenPart
    secret: str


class WorkPart(BaseModel):
    """A unit that a worker is at work on."""

    run: str
    unit: str


class WorkerPart(BaseModel):
    """A process that carries out units."""

    id: str
    kind: str
    host: str
    process: int
    labels: dict[str, list[str]]
    parallel: int
    started: str
    seen: str
    drain_requested_by: str | None
    drain_requested_at: str | None
    units: list[WorkPart]


class Workers(BaseModel):
    """The processes that carry out units."""

    workers: list[WorkerPart]
