"""How long sessions last, as fleet.yaml says it."""

from datetime import timedelta

from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.sessions import SessionLimits
from cellwright.model.console_settings import DEFAULT_IDLE_SECONDS, DEFAULT_SESSION_SECONDS
from cellwright.model.diagnostic import DiagnosticError


def session_limits(session: FleetSession) -> SessionLimits:
    """Give how long sessions last; with faults in fleet.yaml, as long as they do by default.

    Whoever has signed in must be able to see those faults.
    """
    try:
        settings = session.console()
    except DiagnosticError:
        idle, longest = DEFAULT_IDLE_SECONDS, DEFAULT_SESSION_SECONDS
    else:
        idle, longest = settings.idle_seconds, settings.session_seconds
    return SessionLimits(timedelta(seconds=idle), timedelta(seconds=longest))
