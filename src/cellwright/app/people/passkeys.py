"""Passkeys: made, used to sign in, removed."""

from dataclasses import dataclass

from cellwright.access.passkeys import (
    Passkey,
    PasskeyCopiedError,
    PasskeyRefusedError,
    PasskeySite,
    checked_sign_in,
    named_passkey,
    registered_passkey,
    registration_question,
    sign_in_question,
)
from cellwright.app.people.factors import Factors, factors_of, refuse_last_factor
from cellwright.app.people.sign_in import BegunSession, Origin, begin_session, count_attempt, refuse_attempt
from cellwright.app.people.standing import people_of, person_named, subject_of
from cellwright.app.people.steps import BegunStep, begin_step, count_step, take_step
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.passkeys import PasskeyRecord
from cellwright.ledger.people.records import Person
from cellwright.ledger.people.steps import Step, StepKind
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.visible import visible

PASSKEY = "passkey"
"""The name of a method."""
LONGEST_NAME = 60
MOST = 20
"""Passkeys of one person."""


class PasskeyNotAcceptedError(DiagnosticError):
    """A passkey is not accepted; why, only the audit trail is told."""

    def __init__(self) -> None:
        super().__init__(
            error(
                "this passkey is not accepted here",
                "try again, or sign in another way and look at your account's passkeys",
            )
        )


def begin_registration(
    session: FleetSession, site: PasskeySite, person: Person, *, step: bool = True
) -> tuple[str, BegunStep | None, str]:
    """Ask a browser for a new passkey: the question, what waits for the answer, and the challenge.

    Without `step`, another step of the caller's waits for the answer.

    Raises:
        DiagnosticError: the person has very many.
    """
    known = people_of(session).passkeys.of(person.id)
    if len(known) >= MOST:
        raise DiagnosticError(error(f"you have {MOST} passkeys", "remove one that you don't use"))
    asked = registration_question(site, person.id, person.login, person.name, map(passkey_of, known))
    content = {"challenge": asked.challenge}
    begun = begin_step(session, StepKind.PASSKEY_REGISTRATION, content, person.id) if step else None
    return asked.options, begun, asked.challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePasskey:
    """A browser's answer to the question for a new passkey."""

    answer: str
    challenge: str
    """Of the question."""
    name: str
    """What its owner calls it."""


def register_passkey(
    session: FleetSession, site: PasskeySite, actor: Actor, person: Person, given: MadePasskey
) -> None:
    """Keep the passkey that a browser has made. Event `passkey.added`.

    Raises:
        DiagnosticError: it is not good, or is known already.
    """
    try:
        made = registered_passkey(site, given.challenge, given.answer)
    except PasskeyRefusedError:
        raise DiagnosticError(
            error("this passkey can't be kept", "make it on this page, with a device that asks for you")
        ) from None
    record = PasskeyRecord(
        id=made.id,
        person=person.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
        name=visible(" ".join(given.name.split()))[:LONGEST_NAME] or "Passkey",
    )
    detail = {"name": record.name}
    event = EventDraft(actor, "passkey.added", subject_of(person), "", detail)
    people_of(session).passkeys.add(record, event)


def take_registration(session: FleetSession, secret: str, person: str) -> str:
    """Give the challenge that a signed-in person's browser was asked, once.

    Raises:
        StepLostError: nobody waits for it.
    """
    return challenge_of(take_step(session, secret, StepKind.PASSKEY_REGISTRATION), person)


def begin_passkey_sign_in(
    session: FleetSession, site: PasskeySite, origin: Origin, wanted: str
) -> tuple[str, BegunStep]:
    """Ask a browser for any passkey of this site; gives the question, and what waits for the answer.

    Raises:
        TooManyAttemptsError: there were very many from this address.
    """
    count_step(session, origin.address)
    asked = sign_in_question(site)
    content = {"challenge": asked.challenge, "wanted": wanted}
    return asked.options, begin_step(session, StepKind.PASSKEY, content)


def sign_in_with_passkey(
    session: FleetSession, site: PasskeySite, secret: str, answer: str, origin: Origin
) -> tuple[BegunSession, str]:
    """Sign in with a passkey alone, which is two factors; gives the session, and the page that was wanted.

    Raises:
        PasskeyNotAcceptedError: it is not good.
        StepLostError: nobody waits for it.
        TooManyAttemptsError: there were too many failures before.
    """
    step = take_step(session, secret, StepKind.PASSKEY)
    if step.person is not None:  # it was begun to confirm who somebody is, who has signed in already
        raise PasskeyNotAcceptedError
    person = check_passkey(session, site, answer, challenge_of(step), origin)
    wanted = step.content.get("wanted")
    return begin_session(session, person, PASSKEY, origin), wanted if isinstance(wanted, str) else "/"


def check_passkey(
    session: FleetSession,
    site: PasskeySite,
    answer: str,
    challenge: str,
    origin: Origin,
    person: str | None = None,
) -> Person:
    """Give the person whose passkey has answered; with `person`, only theirs counts.

    Raises:
        PasskeyNotAcceptedError: it is not good.
        TooManyAttemptsError: there were too many failures before.
    """
    people = people_of(session)
    try:
        record = people.passkeys.find(named_passkey(answer))
    except PasskeyRefusedError:
        record = None
    owner = people.directory.find(record.person) if record is not None else None
    attempt = count_attempt(session, "", owner, origin, PASSKEY)
    if record is None or owner is None or person not in (None, owner.id) or owner.disabled_at is not None:
        refuse_attempt(session, attempt, "a passkey of nobody who may sign in here")
        raise PasskeyNotAcceptedError
    try:
        count = checked_sign_in(site, challenge, answer, passkey_of(record), owner.id)
        if not people.passkeys.use(record, count):
            raise PasskeyCopiedError("it was used twice at the same time")
    except PasskeyRefusedError as fault:
        refuse_attempt(session, attempt, f"passkey '{record.name}': {fault}")
        raise PasskeyNotAcceptedError from None
    people.attempts.forget(attempt.name_key)
    return owner


def remove_passkey(
    session: FleetSession, actor: Actor, person: str, passkey: str, *, may_be_last: bool = False
) -> None:
    """Remove a passkey of somebody. Event `passkey.removed`.

    `may_be_last` also where everybody needs a second factor: they set up another one at their next sign-in.

    Raises:
        DiagnosticError: there is none such, or it is their last second factor where everybody needs one.
    """
    people, known = people_of(session), factors_of(session, person)
    found = next((item for item in known.passkeys if item.id == passkey), None)
    if found is None:
        raise DiagnosticError(error("there is no such passkey", "it may be removed already; load the page"))
    left = tuple(item for item in known.passkeys if item != found)
    if not may_be_last:
        refuse_last_factor(session, Factors(passkeys=left, app=known.app))
    subject = subject_of(person_named(people, person))
    people.passkeys.remove(
        person, passkey, EventDraft(actor, "passkey.removed", subject, "", {"name": found.name})
    )


def passkey_of(record: PasskeyRecord) -> Passkey:
    """Give what a passkey is checked by."""
    return Passkey(
        id=record.id,
        public_key=record.public_key,
        sign_count=record.sign_count,
        transports=record.transports,
    )


def challenge_of(step: Step, person: str | None = None) -> str:
    """Give the challenge of a step, if it is that of this person.

    Raises:
        PasskeyNotAcceptedError: it has none, or is somebody else's.
    """
    challenge = step.content.get("challenge")
    if not isinstance(challenge, str) or (person is not None and step.person != person):
        raise PasskeyNotAcceptedError
    return challenge
