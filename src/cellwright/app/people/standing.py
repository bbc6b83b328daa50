"""People and grants, between how the ledger keeps them and how `access` decides by them."""

from collections.abc import Iterable
from datetime import datetime

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.people import People
from cellwright.ledger.people.records import GrantOrigin, GrantRecord, Person
from cellwright.ledger.people.rows import new_id
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError, error

CONSOLE = "console"
"""Where the name of whoever acts comes from: somebody has signed in under it."""
STRANGER = Actor("a stranger", CONSOLE)
"""Who has not signed in."""
BREAK_GLASS = "break_glass"
"""The fact of a voucher that says for which reason somebody has more than their grants."""
PERSON = "person"
"""The fact of a voucher that says whose session or token it is."""


def people_of(session: FleetSession) -> People:
    """Give the people of the fleet's ledger.

    Raises:
        DiagnosticError: the ledger can't be used.
    """
    return session.ledger(writing=True).people


def subject_of(person: Person | None) -> str:
    """Name somebody as the subject of an event; no cell has such a name."""
    return f"person:{person.login}" if person is not None else "person:unknown"


def session_actor(person: Person, session: str, method: str, grants: Iterable[GrantRecord]) -> Actor:
    """Give somebody who has signed in as the audit trail records them."""
    facts = [(PERSON, person.id), ("login", person.login), ("session", session), ("signed_in_by", method)]
    if reason := broken_glass(grants):
        facts.append((BREAK_GLASS, reason))
    voucher = Voucher(VoucherKind.SESSION, person.login, checked=True, facts=tuple(facts))
    return Actor(person.shown, CONSOLE, (voucher,))


def broken_glass(grants: Iterable[GrantRecord]) -> str:
    """Give the reason for which somebody has more than their grants for now; empty if they have not."""
    return "; ".join(grant.reason for grant in grants if grant.origin is GrantOrigin.BREAK_GLASS)


def grant_of(record: GrantRecord) -> Grant:
    """Give what a record grants; a role that this version doesn't know grants nothing.

    Raises:
        ValueError: there is no such role.
    """
    scope = GrantScope(frozenset(record.levels), record.cells, frozenset(record.tags))
    return Grant(Role(record.role), scope)


def grants_of(records: Iterable[GrantRecord]) -> tuple[Grant, ...]:
    """Give what these records grant; one with a role that this version doesn't know grants nothing."""
    known = {role.value for role in Role}
    return tuple(grant_of(record) for record in records if record.role in known)


def record_of(
    person: str,
    grant: Grant,
    actor: Actor,
    reason: str = "",
    *,
    origin: GrantOrigin = GrantOrigin.GRANTED,
    expires: datetime | None = None,
) -> GrantRecord:
    """Make the record of a grant."""
    return GrantRecord(
        id=new_id("g"),
        person=person,
        role=grant.role.value,
        levels=tuple(sorted(grant.scope.levels)),
        cells=grant.scope.cells,
        tags=tuple(sorted(grant.scope.tags)),
        origin=origin,
        granted_by=actor.name,
        reason=reason,
        expires=expires,
    )


def person_named(people: People, person: str) -> Person:
    """Give the person with this id.

    Raises:
        DiagnosticError: there is none.
    """
    found = people.directory.find(person)
    if found is None:
        raise DiagnosticError(error("there is no such person", "look at the list of people"))
    return found


def shown_scope(grant: Grant) -> str:
    """Write where a grant holds: `level client, tag eu`."""
    scope = grant.scope
    parts = [
        *(f"level {level}" for level in sorted(scope.levels)),
        *scope.cells,
        *(f"tag {tag}" for tag in sorted(scope.tags)),
    ]
    return ", ".join(parts) or "the whole fleet"
