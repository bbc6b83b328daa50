"""Rows of people and their proofs as values, and back; one place per table."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.sql import Row
from cellwright.ledger.people.records import (
    GrantOrigin,
    GrantRecord,
    LinkPurpose,
    OneTimeLink,
    Person,
    PersonKind,
    SessionRecord,
    TokenRecord,
)
from cellwright.model.text.json_text import read_json

PERSON_COLUMNS = (
    "people.id, people.login, people.name, people.email, people.kind, people.created_at, people.created_by,"
    " people.disabled_at"
)
GRANT_COLUMNS = "id, person, role, scope, origin, granted_at, granted_by, reason, expires"
SESSION_COLUMNS = "sessions.id AS session_id, person, method, created, seen, proved, expires, address, agent"
_PLAIN_COLUMNS = "person, limits, act_for, expires, used, revoked_at"
_RENAMED = ("id", "name", "created_at", "created_by")  # a person has such columns, too
TOKEN_COLUMNS = f"{_PLAIN_COLUMNS}, {', '.join(f'tokens.{name} AS token_{name}' for name in _RENAMED)}"


def new_id(prefix: str) -> str:
    """Make an id that nobody can guess and that says what it is of."""
    return f"{prefix}_{secrets.token_hex(8)}"


@reads("a person")
def load_person(row: Row) -> Person:
    """Read a row with `PERSON_COLUMNS`."""
    return Person(
        id=str(row.id),
        login=str(row.login),
        name=str(row.name),
        email=None if row.email is None else str(row.email),
        kind=PersonKind(row.kind),
        created_at=str(row.created_at),
        created_by=str(row.created_by),
        disabled_at=None if row.disabled_at is None else str(row.disabled_at),
    )


@reads("a grant")
def load_grant(row: Row) -> GrantRecord:
    """Read a row with `GRANT_COLUMNS`."""
    levels, cells, tags = _scope(read_json(row.scope))
    return GrantRecord(
        id=str(row.id),
        person=str(row.person),
        role=str(row.role),
        origin=GrantOrigin(row.origin),
        granted_at=str(row.granted_at),
        granted_by=str(row.granted_by),
        reason=str(row.reason),
        expires=_moment(row.expires),
        levels=levels,
        cells=cells,
        tags=tags,
    )


def dump_scope(grant: GrantRecord) -> str:
    """Where a grant holds, as its column has it."""
    return dump(_parts(grant))


@reads("a session")
def load_session(row: Row) -> SessionRecord:
    """Read a row with `SESSION_COLUMNS`."""
    return SessionRecord(
        id=str(row.session_id),
        person=str(row.person),
        method=str(row.method),
        created=from_milliseconds(row.created),
        seen=from_milliseconds(row.seen),
        proved=from_milliseconds(row.proved),
        expires=from_milliseconds(row.expires),
        address=str(row.address),
        agent=str(row.agent),
    )


@reads("a one-time link")
def load_link(row: Row) -> OneTimeLink:
    """Read a row of `one_time_links`."""
    return OneTimeLink(
        purpose=LinkPurpose(row.purpose),
        person=None if row.person is None else str(row.person),
        created_by=str(row.created_by),
        expires=from_milliseconds(row.expires),
    )


@reads("a token")
def load_token(row: Row) -> TokenRecord:
    """Read a row with `TOKEN_COLUMNS`."""
    return TokenRecord(
        id=str(row.token_id),
        person=str(row.person),
        name=str(row.token_name),
        limits=None if row.limits is None else tuple(map(_limit, read_json(row.limits))),
        act_for=bool(row.act_for),
        created_at=str(row.token_created_at),
        created_by=str(row.token_created_by),
        expires=from_milliseconds(row.expires),
        used=_moment(row.used),
        revoked_at=None if row.revoked_at is None else str(row.revoked_at),
    )


def dump_limits(limits: tuple[GrantRecord, ...] | None) -> str | None:
    """The limits of a token as its column has them."""
    if limits is None:
        return None
    return dump([{"role": limit.role, **_parts(limit)} for limit in limits])


def texts(**values: str | None) -> dict[str, str | None]:
    """Texts as columns can hold them."""
    return {name: None if value is None else plain_text(value) for name, value in values.items()}


def _limit(limit: Any) -> GrantRecord:  # noqa: ANN401  what a row holds
    levels, cells, tags = _scope(limit)
    return GrantRecord(id="", person="", role=str(limit["role"]), levels=levels, cells=cells, tags=tags)


def _parts(grant: GrantRecord) -> Mapping[str, list[str]]:
    return {"levels": list(grant.levels), "cells": list(grant.cells), "tags": list(grant.tags)}


def _scope(parts: Any) -> list[tuple[str, ...]]:  # noqa: ANN401  what a row holds
    # A part that is missing must not pass for one that limits nothing.
    return [tuple(map(str, parts[name])) for name in ("levels", "cells", "tags")]


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)
