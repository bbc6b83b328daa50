"""What people do with their own account: sign out, change their password, end sessions."""

from dataclasses import dataclass, field

from cellwright.access.passwords import Passwords, password_fault
from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.session_limits import session_limits
from cellwright.app.people.sign_in import (
    Origin,
    SignInRequest,
    prove_password,
)
from cellwright.app.people.standing import people_of, person_named, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import SessionRecord
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """The password that somebody has, and the one that they want."""

    present: str = field(repr=False)
    wanted: str = field(repr=False)
    origin: Origin = field(default_factory=Origin)


def sign_out(session: FleetSession, visitor: Visitor) -> None:
    """End the visitor's session. Event `person.signed_out`."""
    if visitor.by is SignedInBy.SESSION:
        people = people_of(session)
        person = person_named(people, visitor.id)
        event = EventDraft(visitor.actor, "person.signed_out", subject_of(person))
        people.sessions.end(visitor.id, visitor.session, event)


def own_sessions(session: FleetSession, visitor: Visitor) -> tuple[SessionRecord, ...]:
    """Give the visitor's sessions, the one used last first."""
    return people_of(session).sessions.of(visitor.id, session_limits(session))


def end_session(session: FleetSession, visitor: Visitor, handle: str) -> None:
    """End one of the visitor's own sessions. Event `session.ended`.

    Raises:
        DiagnosticError: they have none of this name.
    """
    people = people_of(session)
    event = EventDraft(visitor.actor, "session.ended", subject_of(person_named(people, visitor.id)))
    if not people.sessions.end(visitor.id, handle, event):
        raise DiagnosticError(error("there is no such session", "it may have ended before; load the page"))


def end_other_sessions(session: FleetSession, visitor: Visitor) -> int:
    """End all of the visitor's sessions but this one. Event `session.others_ended`."""
    people = people_of(session)
    event = EventDraft(visitor.actor, "session.others_ended", subject_of(person_named(people, visitor.id)))
    return people.sessions.end_all(visitor.id, event, but=visitor.session)


def change_password(
    session: FleetSession, passwords: Passwords, visitor: Visitor, wanted: NewPassword
) -> None:
    """Change the visitor's own password, if they know the present one; all their other sessions end.

    Event `person.password_set`.

    Raises:
        DiagnosticError: the present password is wrong, the new one is not good enough, or there were too
            many attempts.
    """
    people = people_of(session)
    person = person_named(people, visitor.id)
    names = (person.login, *person.login.replace("@", " ").split(), person.name, *person.name.split())
    if fault := password_fault(wanted.wanted, *names):
        raise DiagnosticError(error(fault, "choose another password"))
    typed = SignInRequest(login=person.login, password=wanted.present, origin=wanted.origin)
    prove_password(session, passwords, typed)
    event = EventDraft(visitor.actor, "person.password_set", subject_of(person), "", {"by": "themselves"})
    people.directory.set_password(
        person.id, passwords.hash(wanted.wanted), event, keep_session=visitor.session
    )
