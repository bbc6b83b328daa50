"""People and tokens as the ledger has them now, as rows."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from cellwright.evidence.sorting import Row
from cellwright.ledger.database.clock import iso
from cellwright.ledger.people.people import People
from cellwright.ledger.people.records import Person
from cellwright.model.diagnostic import DiagnosticError


def people_rows(people: People, last_sign_in: Mapping[str, str]) -> Iterator[Row]:
    """Give a row for each person and service. Raises DiagnosticError when the ledger can't be read."""
    for person in sorted(people.directory.all(), key=lambda item: item.login):
        yield {
            "login": person.login,
            "name": person.name,
            "kind": person.kind.value,
            "added": person.created_at,
            "added_by": person.created_by,
            "disabled": person.disabled_at or "",
            "second_factor": _second_factor(people, person),
            "last_sign_in": last_sign_in.get(f"person:{person.login}", ""),
        }


def grant_rows(people: People) -> Iterator[Row]:
    """Give a row for each role that somebody has now. Raises DiagnosticError when it can't be read."""
    names = {person.id: person.login for person in people.directory.all()}
    for grant in sorted(people.standing.all(), key=lambda item: item.id):
        yield {
            "person": names.get(grant.person, grant.person),
            "role": grant.role,
            "levels": list(grant.levels),
            "cells": list(grant.cells),
            "tags": list(grant.tags),
            "origin": grant.origin.value,
            "from": grant.granted_at,
            "given_by": grant.granted_by,
            "until": _moment(grant.expires),
        }


def token_rows(people: People) -> Iterator[Row]:
    """Give a row for each token. Raises DiagnosticError when the ledger's role may not read tokens."""
    owners = {person.id: person for person in people.directory.all()}
    for token in sorted(people.tokens.all(), key=lambda item: (item.created_at, item.id)):
        owner = owners.get(token.person)
        yield {
            "token": token.id,
            "name": token.name,
            "owner": owner.login if owner else token.person,
            "kind": owner.kind.value if owner else "",
            "acts_for_others": token.act_for,
            "made": token.created_at,
            "made_by": token.created_by,
            "ends": iso(token.expires),
            "used": _moment(token.used),
            "revoked": token.revoked_at or "",
        }


def _second_factor(people: People, person: Person) -> str:
    passkeys = len(people.passkeys.of(person.id))
    try:
        app = people.authenticators.of(person.id)
    except DiagnosticError:  # who may only read the ledger may not see secrets of apps, even encrypted ones
        return "this role of the database may not see it"
    found = [f"passkeys: {passkeys}"] if passkeys else []
    if app is not None and app.confirmed:
        found.append("authenticator app")
    return ", ".join(found)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else iso(moment)
