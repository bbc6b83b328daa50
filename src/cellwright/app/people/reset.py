"""Somebody has lost the device with their second factor: an administrator removes what they had."""

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.factors import factors_of
from cellwright.app.people.manage import demand_session
from cellwright.app.people.standing import people_of, person_named, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.model.diagnostic import DiagnosticError, error


def remove_factors(session: FleetSession, visitor: Visitor, person: str) -> None:
    """Remove all second factors of somebody, and end their sessions.

    Events `passkey.removed`, `totp.removed`, `session.others_ended`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet.
        DiagnosticError: there is no such person, they have none, or the visitor uses a token.
    """
    visitor.demand(Permission.ADMINISTER)
    demand_session(visitor, "remove somebody's second factor")
    people = people_of(session)
    found = person_named(people, person)
    factors = factors_of(session, person)
    if not factors.any:
        raise DiagnosticError(error(f"{found.name} has no second factor", "load the page again"))

    def event(action: str) -> EventDraft:
        return EventDraft(visitor.actor, action, subject_of(found))

    for passkey in factors.passkeys:
        people.passkeys.remove(person, passkey.id, event("passkey.removed"))
    if factors.app is not None:
        people.authenticators.remove(person, event("totp.removed"))
    kept = visitor.session if person == visitor.id else None
    people.sessions.end_all(person, event("session.others_ended"), but=kept)
