"""Authenticator apps: set up, codes and recovery codes checked, removed."""

from dataclasses import dataclass, field
from datetime import UTC

from cellwright.access.sealing import UnsealedError
from cellwright.access.totp import (
    app_address,
    grouped,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
)
from cellwright.app.people.factors import Factors, factors_of, refuse_last_factor
from cellwright.app.people.sealing import sealer_of
from cellwright.app.people.standing import people_of, person_named, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.authenticators import AuthenticatorRecord
from cellwright.ledger.people.records import Person
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """What an app takes up, to be shown once."""

    typed: str = field(repr=False)
    """The secret, so that it can be typed."""
    address: str = field(repr=False)
    """The same as an address that apps on the same device open."""


class CodeRefusedError(DiagnosticError):
    """A code is not good."""

    def __init__(self) -> None:
        super().__init__(
            error(
                "this code is not right, or was used before",
                "wait for the app's next one; see that the clock of the device is right",
            )
        )


def begin_app(session: FleetSession, person: Person) -> NewApp:
    """Make the secret of somebody's new app, or give the one that they have not confirmed yet.

    Raises:
        DiagnosticError: they have an app already.
    """
    people, sealer = people_of(session), sealer_of(session)
    waiting = people.authenticators.of(person.id)
    if waiting is not None and not waiting.confirmed:
        try:
            return _shown(session, person, sealer.unseal(_purpose(person), waiting.secret))
        except UnsealedError:
            pass  # it was encrypted with a key that is lost
    secret = new_secret()
    if not people.authenticators.begin(person.id, sealer.seal(_purpose(person), secret)):
        raise DiagnosticError(error("you have an authenticator app already", "remove it first"))
    return _shown(session, person, secret)


def confirm_app(session: FleetSession, actor: Actor, person: Person, code: str) -> tuple[str, ...]:
    """Let an app count once it has given a right code; gives recovery codes, to be shown once.

    Event `totp.added`.

    Raises:
        CodeRefusedError: the code is not right.
        DiagnosticError: no app is to be confirmed.
    """
    people = people_of(session)
    app = people.authenticators.of(person.id)
    if app is None or app.confirmed:
        raise DiagnosticError(error("no authenticator app is to be confirmed", "load the page again"))
    step = _step(session, person, app, code)
    codes = new_recovery_codes()
    event = EventDraft(actor, "totp.added", subject_of(person))
    if step is None or not people.authenticators.confirm(
        person.id, app, step, map(recovery_digest, codes), event
    ):
        raise CodeRefusedError
    return codes


def take_code(session: FleetSession, actor: Actor, person: Person, code: str) -> str | None:
    """Use up a code of somebody's app, or a recovery code; gives which it was: `totp`, `recovery-code`.

    None if it is neither. Event `totp.recovery_code_used`.

    Raises:
        DiagnosticError: the app's secret can't be decrypted.
    """
    people = people_of(session)
    app = people.authenticators.of(person.id)
    if app is None or not app.confirmed:
        return None
    event = EventDraft(actor, "totp.recovery_code_used", subject_of(person))
    if people.authenticators.take_recovery_code(person.id, recovery_digest(code), event):
        return "recovery-code"
    step = _step(session, person, app, code)
    if step is None or not people.authenticators.take(person.id, step):
        return None
    if (newer := sealer_of(session).renewed(_purpose(person), app.secret)) is not None:
        people.authenticators.reseal(person.id, app.secret, newer)
    return "totp"


def new_codes(session: FleetSession, actor: Actor, person: Person) -> tuple[str, ...]:
    """Make new recovery codes, to be shown once; the former ones are void. Event `totp.recovery_codes_made`.

    Raises:
        DiagnosticError: there is no app.
    """
    if factors_of(session, person.id).app is None:
        raise DiagnosticError(error("you have no authenticator app", "set one up first"))
    codes = new_recovery_codes()
    event = EventDraft(actor, "totp.recovery_codes_made", subject_of(person))
    people_of(session).authenticators.replace_recovery_codes(person.id, map(recovery_digest, codes), event)
    return codes


def remove_app(session: FleetSession, actor: Actor, person: str, *, may_be_last: bool = False) -> None:
    """Remove somebody's app and recovery codes. Event `totp.removed`.

    `may_be_last` also where everybody needs a second factor: they set up another one at their next sign-in.

    Raises:
        DiagnosticError: there is none, or it is their last second factor where everybody needs one.
    """
    people = people_of(session)
    if not may_be_last:
        refuse_last_factor(session, Factors(passkeys=factors_of(session, person).passkeys))
    event = EventDraft(actor, "totp.removed", subject_of(person_named(people, person)))
    if not people.authenticators.remove(person, event):
        raise DiagnosticError(error("there is no authenticator app", "load the page again"))


def _step(session: FleetSession, person: Person, app: AuthenticatorRecord, code: str) -> int | None:
    sealer = sealer_of(session)
    try:
        secret = sealer.unseal(_purpose(person), app.secret)
    except UnsealedError:
        raise DiagnosticError(
            error(
                "the secret of this authenticator app can't be decrypted: the fleet's key is another one",
                "use a recovery code, or have an administrator remove the app; then set it up again",
            )
        ) from None
    return matching_step(secret, code, session.now().astimezone(UTC), app.last_step)


def _shown(session: FleetSession, person: Person, secret: str) -> NewApp:
    return NewApp(typed=grouped(secret), address=app_address(secret, person.login, session.anchoring().fleet))


def _purpose(person: Person) -> str:
    return f"totp/{person.id}"
