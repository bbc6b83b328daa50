"""How long sessions last, as fleet.yaml says it."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.sessions import SessionLimits
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.console_settings import DEFAULT_IDLE_SECONDS, DEFAULT_SESSION_SECONDS

_KEPT = 5.0
"""Seconds: who watches a run asks often, and fleet.yaml changes seldom."""


@dataclass(slots=True)
class KeptLimits:
    """The limits as they were a moment ago. Safe to share between threads: at worst two of them read anew."""

    session: FleetSession
    _known: tuple[float, SessionLimits] | None = field(init=False, default=None)

    def now(self) -> SessionLimits:
        """Give how long sessions last."""
        known, moment = self._known, time.monotonic()
        if known is None or moment - known[0] >= _KEPT:
            known = self._known = (moment, session_limits(self.session))
        return known[1]


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
