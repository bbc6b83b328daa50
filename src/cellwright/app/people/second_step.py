"""The second step of a sign-in: after a right password, a code of an app or a passkey.

Whoever has a second factor is asked for it. Whoever has none, where everybody needs one, sets one up first.
"""

from dataclasses import dataclass
from datetime import timedelta

from cellwright.access.passkeys import PasskeySite, sign_in_question
from cellwright.access.passwords import Passwords
from cellwright.app.people.authenticator import CodeRefusedError, confirm_app, take_code
from cellwright.app.people.factors import Factors, factor_required, factors_of
from cellwright.app.people.passkeys import (
    MadePasskey,
    begin_registration,
    challenge_of,
    check_passkey,
    passkey_of,
    register_passkey,
)
from cellwright.app.people.refusals import record_refused
from cellwright.app.people.sign_in import (
    PASSWORD,
    BegunSession,
    Origin,
    SignInRequest,
    TooManyAttemptsError,
    begin_session,
    prove_password,
    whence,
)
from cellwright.app.people.standing import CONSOLE, STRANGER, people_of, person_named, subject_of
from cellwright.app.people.steps import (
    BegunStep,
    StepLostError,
    begin_step,
    change_step,
    look_at_step,
    take_step,
)
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import Person
from cellwright.ledger.people.steps import Step, StepKind
from cellwright.model.actor import Actor
from cellwright.model.value import Json

WINDOW = timedelta(minutes=15)
MOST = 5
"""So many wrong codes of one person are allowed within the window, however often the password is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """Somebody whose password was right, and what is asked of them next."""

    person: Person
    factors: Factors
    wanted: str
    """The page to which they go on."""

    @property
    def sets_up(self) -> bool:
        """Tell whether they have no second factor yet, and set one up."""
        return not self.factors.any


def sign_in(
    session: FleetSession, passwords: Passwords, request: SignInRequest, wanted: str = "/"
) -> BegunSession | BegunStep:
    """Sign in with a password: begin a session, or wait for the second step.

    Raises:
        DiagnosticError: as `prove_password`.
    """
    return after_password(session, prove_password(session, passwords, request), request.origin, wanted)


def after_password(
    session: FleetSession, person: Person, origin: Origin, wanted: str
) -> BegunSession | BegunStep:
    """Begin the session of somebody whose password was right, or wait for their second factor.

    Raises:
        DiagnosticError: they may not sign in any more.
    """
    if not factors_of(session, person.id).any and not factor_required(session):
        return begin_session(session, person, PASSWORD, origin)
    return begin_step(session, StepKind.SECOND_FACTOR, {"wanted": wanted}, person.id)


def second_step(session: FleetSession, secret: str) -> SecondStep:
    """Tell what is asked of the person in this browser.

    Raises:
        StepLostError: nobody waits for a second step.
    """
    return _of(session, look_at_step(session, secret, StepKind.SECOND_FACTOR))


def finish_with_code(
    session: FleetSession, secret: str, code: str, origin: Origin
) -> tuple[BegunSession, str]:
    """Begin the session with a code of the app, or a recovery code; gives the page that was wanted, too.

    Event `person.second_factor_refused`.

    Raises:
        CodeRefusedError: the code is not good.
        TooManyAttemptsError: there were too many.
        StepLostError: nobody waits for it.
    """
    step = second_step(session, secret)
    if step.sets_up:
        raise StepLostError
    attempts = count_code(session, step.person, origin)
    method = take_code(session, _self(step.person), step.person, code)
    if method is None:
        refuse_code(session, step.person, origin, "wrong code")
        raise CodeRefusedError
    take_step(session, secret, StepKind.SECOND_FACTOR)
    people_of(session).attempts.forget(attempts)
    return begin_session(session, step.person, f"{PASSWORD}+{method}", origin), step.wanted


def ask_for_passkey(session: FleetSession, site: PasskeySite, secret: str) -> str:
    """Give the question for one of the person's passkeys, or for a new one if they set one up.

    Raises:
        StepLostError: nobody waits for it.
    """
    step = second_step(session, secret)
    if step.sets_up:
        options, _, challenge = begin_registration(session, site, step.person, step=False)
    else:
        asked = sign_in_question(site, map(passkey_of, step.factors.passkeys))
        options, challenge = asked.options, asked.challenge
    content: dict[str, Json] = {"wanted": step.wanted, "challenge": challenge, "new": step.sets_up}
    change_step(session, secret, StepKind.SECOND_FACTOR, content)
    return options


def finish_with_passkey(
    session: FleetSession, site: PasskeySite, secret: str, answer: str, origin: Origin
) -> tuple[BegunSession, str]:
    """Begin the session with a passkey: one that the person has, or the first one that they have just made.

    Raises:
        DiagnosticError: it is not good, or there were too many attempts.
        StepLostError: nobody waits for it.
    """
    taken = take_step(session, secret, StepKind.SECOND_FACTOR)
    step = _of(session, taken)
    challenge = challenge_of(taken, step.person.id)
    if step.sets_up and taken.content.get("new") is True:
        made = MadePasskey(answer=answer, challenge=challenge, name="First passkey")
        register_passkey(session, site, _self(step.person), step.person, made)
    else:
        check_passkey(session, site, answer, challenge, origin, step.person.id)
    return begin_session(session, step.person, f"{PASSWORD}+passkey", origin), step.wanted


def finish_set_up(
    session: FleetSession, secret: str, code: str, origin: Origin
) -> tuple[BegunSession, str, tuple[str, ...]]:
    """Begin the session with the first code of a new app; gives the recovery codes, too.

    Raises:
        CodeRefusedError: the code is not right.
        StepLostError: nobody waits for it, or the person has a second factor.
    """
    step = second_step(session, secret)
    if not step.sets_up:
        raise StepLostError
    codes = confirm_app(session, _self(step.person), step.person, code)
    take_step(session, secret, StepKind.SECOND_FACTOR)
    return begin_session(session, step.person, f"{PASSWORD}+totp", origin), step.wanted, codes


def _of(session: FleetSession, step: Step) -> SecondStep:
    if step.person is None:
        raise StepLostError
    person = person_named(people_of(session), step.person)
    wanted = step.content.get("wanted")
    return SecondStep(
        person=person,
        factors=factors_of(session, person.id),
        wanted=wanted if isinstance(wanted, str) else "/",
    )


def count_code(session: FleetSession, person: Person, origin: Origin) -> str:
    """Count a code before it is looked at; gives what to forget when it was right.

    Raises:
        TooManyAttemptsError: there were too many wrong ones before.
    """
    subject = f"second-factor/{person.id}"
    if people_of(session).attempts.count(subject, WINDOW) > MOST:
        refuse_code(session, person, origin, "too many attempts")
        raise TooManyAttemptsError
    return subject


def refuse_code(session: FleetSession, person: Person, origin: Origin, why: str) -> None:
    """Record a code that was not right. Event `person.second_factor_refused`."""
    detail = {"why": why, "address": origin.address}
    draft = EventDraft(STRANGER, "person.second_factor_refused", subject_of(person), "", detail)
    record_refused(session, whence(origin.address), draft)


def _self(person: Person) -> Actor:
    return Actor(person.shown, CONSOLE)
