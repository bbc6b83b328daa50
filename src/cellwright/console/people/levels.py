"""The levels that a role can be limited to."""

from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError


def levels_of(session: FleetSession) -> tuple[str, ...]:
    """Give the names of the fleet's levels; none if fleet.yaml has faults."""
    try:
        return tuple(level.name for level in session.levels())
    except DiagnosticError:
        return ()
