"""Who had which name when, in a fleet as it is now."""

from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.names import Names


def names_of(session: FleetSession) -> Names:
    """Give who had which name; a cell that the fleet has now counts as one that has its name.

    Raises:
        DiagnosticError: the fleet or the ledger can't be read.
    """
    return Names(session.ledger().database, session.snapshot().fleet.cells.__contains__)
