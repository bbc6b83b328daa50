"""Sign-ins of several steps: what the browser keeps in between, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.access.secret import digest_of, new_secret
from cellwright.app.people.sign_in import MOST_OF_ADDRESS, WINDOW, TooManyAttemptsError, whence
from cellwright.app.people.standing import people_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.steps import Step, StepKind
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

LASTS = timedelta(minutes=10)
_LONGEST_SECRET = 200


class StepLostError(DiagnosticError):
    """Nobody waits for this step: it took too long, was done before, or belongs to another browser."""

    def __init__(self) -> None:
        super().__init__(error("this sign-in has ended, or was begun in another browser", "begin again"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunStep:
    """A step that is waited for, and what the browser keeps until then."""

    kind: StepKind
    secret: str = field(repr=False)
    lasts: timedelta = LASTS


def begin_step(
    session: FleetSession, kind: StepKind, content: Mapping[str, Json], person: str | None = None
) -> BegunStep:
    """Wait for a step."""
    begun = BegunStep(kind=kind, secret=new_secret())
    people_of(session).steps.put(digest_of(begun.secret), Step(kind, person, content), begun.lasts)
    return begun


def count_step(session: FleetSession, address: str) -> None:
    """Count a step that a stranger begins: each is a row of the ledger.

    Raises:
        TooManyAttemptsError: there were very many from this address.
    """
    subject = f"steps/{whence(address)}"
    if people_of(session).attempts.count(subject, WINDOW) > 4 * MOST_OF_ADDRESS:
        raise TooManyAttemptsError


def look_at_step(session: FleetSession, secret: str, kind: StepKind) -> Step:
    """Give the step of a browser; it is still waited for.

    Raises:
        StepLostError: nobody waits for it.
    """
    return _found(people_of(session).steps.look(_digest(secret), kind))


def take_step(session: FleetSession, secret: str, kind: StepKind) -> Step:
    """Give the step of a browser, once.

    Raises:
        StepLostError: nobody waits for it.
    """
    return _found(people_of(session).steps.take(_digest(secret), kind))


def change_step(session: FleetSession, secret: str, kind: StepKind, content: Mapping[str, Json]) -> None:
    """Know something else of a step from now on.

    Raises:
        StepLostError: nobody waits for it.
    """
    if not people_of(session).steps.change(_digest(secret), kind, content):
        raise StepLostError


def _digest(secret: str) -> str:
    if not 0 < len(secret) <= _LONGEST_SECRET:
        raise StepLostError
    return digest_of(secret)


def _found(step: Step | None) -> Step:
    if step is None:
        raise StepLostError
    return step
