"""Who had which name when, in a fleet as it is now."""

from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.names import Names
from cellwright.model.address import CellAddress


def names_of(session: FleetSession) -> Names:
    """Give who had which name; a cell that the fleet has now counts as one that has its name.

    The fleet is read when a name is asked for that was given up, and the trail tells of nobody since.

    Raises:
        DiagnosticError: the ledger can't be read.
    """

    def stands(cell: CellAddress) -> bool:
        return cell in session.snapshot().fleet.cells

    return Names(session.ledger().database, stands)
