"""The second factors that people have: passkeys, and an authenticator app with its recovery codes."""

from dataclasses import dataclass

from cellwright.app.people.standing import people_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.authenticators import AuthenticatorRecord
from cellwright.ledger.people.passkeys import PasskeyRecord
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What somebody can show besides a password."""

    passkeys: tuple[PasskeyRecord, ...] = ()
    app: AuthenticatorRecord | None = None
    """None also while it is not confirmed."""
    recovery_codes: int = 0

    @property
    def any(self) -> bool:
        """Tell whether there is one; then a password alone is not enough."""
        return bool(self.passkeys) or self.app is not None


def factors_of(session: FleetSession, person: str) -> Factors:
    """Give somebody's second factors.

    Raises:
        DiagnosticError: the ledger can't be used.
    """
    people = people_of(session)
    app = people.authenticators.of(person)
    confirmed = app if app is not None and app.confirmed else None
    return Factors(
        passkeys=people.passkeys.of(person),
        app=confirmed,
        recovery_codes=people.authenticators.recovery_codes_left(person) if confirmed is not None else 0,
    )


def factor_required(session: FleetSession) -> bool:
    """Tell whether everybody needs a second factor; if fleet.yaml can't tell, they do."""
    try:
        return session.console().second_factor == "required"
    except DiagnosticError:
        return True


def refuse_last_factor(session: FleetSession, left: Factors) -> None:
    """Refuse to remove somebody's last second factor where everybody needs one.

    Raises:
        DiagnosticError: none would be left.
    """
    if not left.any and factor_required(session):
        raise DiagnosticError(
            error("everybody needs a second factor here, and this is your last one", "add another one first")
        )
