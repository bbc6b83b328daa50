"""Proving again who one is, before one's proofs are changed: a browser left alone must not do that."""

from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.access.passkeys import PasskeySite, sign_in_question
from cellwright.access.passwords import Passwords
from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.authenticator import CodeRefusedError, take_code
from cellwright.app.people.factors import factors_of
from cellwright.app.people.passkeys import PASSKEY, challenge_of, check_passkey, passkey_of
from cellwright.app.people.second_step import count_code, refuse_code
from cellwright.app.people.session_limits import session_limits
from cellwright.app.people.sign_in import PASSWORD, Origin, SignInRequest, prove_password
from cellwright.app.people.standing import people_of, person_named
from cellwright.app.people.steps import BegunStep, begin_step, take_step
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.steps import StepKind
from cellwright.model.diagnostic import DiagnosticError, error

RECENT = timedelta(minutes=15)


class ProofOldError(DiagnosticError):
    """Somebody who has signed in a while ago wants to change who may do what, or how one shows who one is."""

    def __init__(self) -> None:
        super().__init__(error("this needs you to show again who you are", "do so at /account/confirm"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody types to show again who they are."""

    password: str = field(repr=False)
    code: str = field(repr=False, default="")
    origin: Origin = field(default_factory=Origin)


def demand_recent_proof(session: FleetSession, visitor: Visitor) -> None:
    """Refuse a visitor who has not shown within the last minutes who they are.

    Raises:
        ProofOldError: they have not, or come with a token.
    """
    sessions = people_of(session).sessions.of(visitor.id, session_limits(session))
    own = next((item for item in sessions if item.id == visitor.session), None)
    if visitor.by is not SignedInBy.SESSION or own is None or session.now() - own.proved > RECENT:
        raise ProofOldError


def demand_proof_of_session(session: FleetSession, visitor: Visitor) -> None:
    """The same for what programs do, too: a token shows with each call who it is.

    Raises:
        ProofOldError: it is somebody who has signed in a while ago.
    """
    if visitor.by is SignedInBy.SESSION:
        demand_recent_proof(session, visitor)


def confirm_by_password(session: FleetSession, passwords: Passwords, visitor: Visitor, shown: Shown) -> None:
    """Show again who one is with the password, and a code of the app where there is one.

    Raises:
        DiagnosticError: one of them is wrong, or there were too many attempts.
    """
    people = people_of(session)
    person = person_named(people, visitor.id)
    typed = SignInRequest(login=person.login, password=shown.password, origin=shown.origin)
    prove_password(session, passwords, typed)
    method = PASSWORD
    if factors_of(session, person.id).app is not None:
        attempts = count_code(session, person, shown.origin)
        used = take_code(session, visitor.actor, person, shown.code)
        if used is None:
            refuse_code(session, person, shown.origin, "wrong code")
            raise CodeRefusedError
        people.attempts.forget(attempts)
        method = f"{PASSWORD}+{used}"
    people.sessions.prove(visitor.session, method)


def ask_to_confirm(session: FleetSession, site: PasskeySite, visitor: Visitor) -> tuple[str, BegunStep]:
    """Ask the browser for a passkey of the visitor; gives the question, and what waits for the answer."""
    asked = sign_in_question(site, map(passkey_of, factors_of(session, visitor.id).passkeys))
    return asked.options, begin_step(session, StepKind.PASSKEY, {"challenge": asked.challenge}, visitor.id)


def confirm_by_passkey(
    session: FleetSession, site: PasskeySite, visitor: Visitor, secret: str, answer: str, origin: Origin
) -> None:
    """Show again who one is with a passkey.

    Raises:
        DiagnosticError: it is not good, or nobody waits for it.
    """
    challenge = challenge_of(take_step(session, secret, StepKind.PASSKEY), visitor.id)
    check_passkey(session, site, answer, challenge, origin, visitor.id)
    people_of(session).sessions.prove(visitor.session, PASSKEY)
