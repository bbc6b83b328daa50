"""Second factors are removed: one's own, or, by an administrator, those of somebody who lost the device."""

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.authenticator import remove_app
from cellwright.app.people.confirming import demand_recent_proof
from cellwright.app.people.factors import Factors, factors_of
from cellwright.app.people.manage import demand_session
from cellwright.app.people.passkeys import remove_passkey
from cellwright.app.people.standing import people_of, person_named, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.model.diagnostic import DiagnosticError, error

APP = "app"
"""The authenticator app among somebody's factors; each other one is named by its passkey's id."""


def visible_factors(session: FleetSession, visitor: Visitor, person: str) -> Factors:
    """Give the visitor's own second factors; an administrator sees anybody's.

    Raises:
        PermissionRefusedError: they are somebody else's, and the visitor may not manage people.
        DiagnosticError: there is no such person.
    """
    if person != visitor.id:
        visitor.demand(Permission.ADMINISTER)
    return factors_of(session, person_named(people_of(session), person).id)


def remove_factor(session: FleetSession, visitor: Visitor, person: str, factor: str) -> None:
    """Remove one second factor: the visitor's own, or, by an administrator, somebody's, whose sessions end.

    Events `passkey.removed`, `totp.removed`, `session.others_ended`.

    Raises:
        PermissionRefusedError: it is somebody else's, and the visitor may not manage people.
        DiagnosticError: there is none such, it is one's own last one where everybody needs one, the visitor
            uses a token, or has not shown for a while who they are.
    """
    if person != visitor.id:
        visitor.demand(Permission.ADMINISTER)
    demand_session(visitor, "remove a second factor")
    demand_recent_proof(session, visitor)
    own = person == visitor.id
    if factor == APP:
        remove_app(session, visitor.actor, person, may_be_last=not own)
    else:
        remove_passkey(session, visitor.actor, person, factor, may_be_last=not own)
    if not own:
        people = people_of(session)
        subject = subject_of(person_named(people, person))
        people.sessions.end_all(person, EventDraft(visitor.actor, "session.others_ended", subject))


def remove_factors(session: FleetSession, visitor: Visitor, person: str) -> None:
    """Remove all second factors of somebody, and end their sessions.

    Events `passkey.removed`, `totp.removed`, `session.others_ended`.

    Raises:
        PermissionRefusedError: the visitor may not manage people of the whole fleet.
        DiagnosticError: there is no such person, they have none, the visitor uses a token, or has not shown
            for a while who they are.
    """
    visitor.demand(Permission.ADMINISTER)
    demand_session(visitor, "remove somebody's second factor")
    demand_recent_proof(session, visitor)
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
