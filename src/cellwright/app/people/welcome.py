"""One-time links: the first admin's, and those of people who are invited or forgot their password."""

from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.access.names import LONGEST_LOGIN, email_fault, login_fault, login_of, name_fault
from cellwright.access.passwords import Passwords, password_fault
from cellwright.access.roles import Grant, Role
from cellwright.access.secret import digest_of, new_secret
from cellwright.app.people.second_step import after_password
from cellwright.app.people.sign_in import BegunSession, Origin
from cellwright.app.people.standing import CONSOLE, people_of, person_named, record_of, subject_of
from cellwright.app.people.steps import BegunStep
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import LinkPurpose, OneTimeLink, Person, PersonKind
from cellwright.ledger.people.rows import new_id
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.visible import visible

FIRST_ADMIN_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(days=3)
RESET_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What a link that is still good is for."""

    purpose: LinkPurpose
    person: Person | None
    """None for the first admin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeRequest:
    """What somebody gives who follows a link; the names only where the link is for the first admin."""

    token: str = field(repr=False)
    password: str = field(repr=False)
    login: str = ""
    name: str = ""
    email: str = ""
    origin: Origin = field(default_factory=Origin)


def first_admin_token(session: FleetSession, actor: Actor) -> str | None:
    """Make the secret of a link for the first admin, `/welcome/SECRET`; None if there is an admin.

    It is shown once, to whoever starts the server. Event `person.first_admin_link`.
    """
    people = people_of(session)
    if people.standing.has_admin():
        return None
    secret = new_secret()
    link = OneTimeLink(
        purpose=LinkPurpose.FIRST_ADMIN,
        person=None,
        created_by=actor.name,
        expires=session.now() + FIRST_ADMIN_LASTS,
    )
    people.links.add(digest_of(secret), link, EventDraft(actor, "person.first_admin_link", "fleet"))
    return secret


def make_link(session: FleetSession, actor: Actor, person: Person, purpose: LinkPurpose) -> str:
    """Make the secret of a link with which somebody sets their password; their former links end.

    Event `person.invited` or `person.reset_link`.
    """
    people = people_of(session)
    secret = new_secret()
    invited = purpose is LinkPurpose.INVITATION
    lasts = INVITATION_LASTS if invited else RESET_LASTS
    link = OneTimeLink(
        purpose=purpose, person=person.id, created_by=actor.name, expires=session.now() + lasts
    )
    action = "person.invited" if invited else "person.reset_link"
    people.links.add(digest_of(secret), link, EventDraft(actor, action, subject_of(person)))
    return secret


def password_link(session: FleetSession, actor: Actor, login: str) -> str:
    """Make the secret of a link for somebody named by their login, for whoever starts the server.

    The way back for an administrator who is the only one and has forgotten their password.
    Event `person.reset_link`.

    Raises:
        DiagnosticError: there is no such person, or they can't sign in.
    """
    person = people_of(session).directory.by_login(login_of(login))
    if person is None or person.kind is PersonKind.SERVICE or person.disabled_at is not None:
        named = visible(login[:LONGEST_LOGIN])
        raise DiagnosticError(
            error(f"nobody signs in as '{named}'", "name somebody by what they type to sign in")
        )
    return make_link(session, actor, person, LinkPurpose.RESET)


def look_at_link(session: FleetSession, token: str) -> Welcome:
    """Tell what a link is for; does not use it up.

    Raises:
        DiagnosticError: it was used before, or has expired.
    """
    people = people_of(session)
    link = people.links.find(digest_of(token))
    if link is None:
        raise DiagnosticError(
            error("this link was used before, or has expired", "ask an admin for a new one")
        )
    person = person_named(people, link.person) if link.person is not None else None
    return Welcome(purpose=link.purpose, person=person)


def accept_link(
    session: FleetSession, passwords: Passwords, request: WelcomeRequest
) -> BegunSession | BegunStep:
    """Set a password by a link, which ends with it, and begin a session, or wait for the second step.

    Event `person.first_admin` or `person.password_set`.

    Raises:
        DiagnosticError: the link is not good any more, or what was given is not (all faults at once).
    """
    welcome = look_at_link(session, request.token)
    if welcome.person is None:
        person = _first_admin(session, passwords, request)
    else:
        person = welcome.person
        _refuse(_password_faults(request.password, person.login, person.name))
        event = EventDraft(_self(person), "person.password_set", subject_of(person), "", {"by": "link"})
        people_of(session).directory.set_password_by_link(
            digest_of(request.token), lambda _: event, passwords.hash(request.password)
        )
    return after_password(session, person, request.origin, "/")


def new_person(login: str, name: str, email: str) -> tuple[Person, list[Diagnostic]]:
    """Make somebody of what was typed, with all that is wrong with it."""
    login, name, email = login_of(login), name.strip(), email.strip().lower()
    faults = [
        error(fault, "correct it")
        for fault in (login_fault(login), name_fault(name), email_fault(email) if email else None)
        if fault is not None
    ]
    return Person(id=new_id("p"), login=login, name=name, email=email or None), faults


def _first_admin(session: FleetSession, passwords: Passwords, request: WelcomeRequest) -> Person:
    person, faults = new_person(request.login, request.name, request.email)
    _refuse(faults + _password_faults(request.password, person.login, person.name))
    actor = _self(person)
    grant = record_of(person.id, Grant(Role.ADMIN), actor, "the first admin")
    event = EventDraft(actor, "person.first_admin", subject_of(person))
    people_of(session).directory.add_first_admin(
        digest_of(request.token), person, passwords.hash(request.password), grant, event
    )
    return person


def _password_faults(password: str, *names: str) -> list[Diagnostic]:
    parts = (part for name in names for part in (name, *name.replace("@", " ").split()))
    fault = password_fault(password, *parts)
    return [] if fault is None else [error(fault, "choose another password")]


def _self(person: Person) -> Actor:
    return Actor(person.shown, CONSOLE)


def _refuse(faults: list[Diagnostic]) -> None:
    if faults:
        raise DiagnosticError(*faults)
