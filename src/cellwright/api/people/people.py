"""People, their roles, and API tokens without their secrets, as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cellwright.app.people.api_tokens import MadeToken
from cellwright.app.people.factors import Factors
from cellwright.ledger.people.records import GrantRecord, Person, TokenRecord
from cellwright.model.value import Json


def people(found: Iterable[Person], grants: Mapping[str, Sequence[GrantRecord]]) -> Json:
    """Everybody, with their roles."""
    return {"people": [person(item, grants.get(item.id, ())) for item in found]}


def person(item: Person, grants: Iterable[GrantRecord]) -> Json:
    """Somebody with their roles."""
    return {
        "id": item.id,
        "login": item.login,
        "name": item.name,
        "email": item.email,
        "kind": item.kind.value,
        "created_at": item.created_at,
        "disabled_at": item.disabled_at,
        "grants": [_grant(record) for record in grants],
    }


def factors(found: Factors) -> Json:
    """Somebody's second factors, each without what is secret or is compared with."""
    app = found.app
    return {
        "passkeys": [
            {
                "id": item.id,
                "name": item.name,
                "created_at": item.created_at,
                "used": _moment(item.used),
            }
            for item in found.passkeys
        ],
        "app": None
        if app is None
        else {"added_at": app.created_at, "recovery_codes_left": found.recovery_codes},
    }


def tokens(found: Iterable[TokenRecord]) -> Json:
    """Tokens, each without its secret."""
    return {"tokens": [token(item) for item in found]}


def token(item: TokenRecord) -> Json:
    """One token."""
    return {
        "id": item.id,
        "owner": item.person,
        "name": item.name,
        "limits": None if item.limits is None else [_grant(record) for record in item.limits],
        "act_for": item.act_for,
        "created_at": item.created_at,
        "created_by": item.created_by,
        "expires": item.expires.isoformat(),
        "used": _moment(item.used),
        "revoked_at": item.revoked_at,
    }


def made_token(found: MadeToken) -> Json:
    """A new token with its secret."""
    return {"token": token(found.record), "secret": found.text}


def _grant(record: GrantRecord) -> Json:
    return {
        "id": record.id,
        "role": record.role,
        "levels": list(record.levels),
        "cells": list(record.cells),
        "tags": list(record.tags),
        "origin": record.origin.value,
        "granted_by": record.granted_by,
        "granted_at": record.granted_at,
        "reason": record.reason,
        "expires": _moment(record.expires),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
