"""A cell is gone only if the commit says so: not if a checkout leaves it out, or is older than its name."""

from cellwright.app.session.hidden import hidden, hidden_cells
from cellwright.app.session.session import OpenFleet
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.event import CELL_NAMED
from cellwright.model.runs.run import Operation
from cellwright.planning.choice import Choice

_NAMED = Pattern(CELL_NAMED, ".")


def refuse_hidden(fleet: OpenFleet, choice: Choice) -> None:
    """Destroy no cell as gone from the fleet that the commit still has.

    Raises:
        DiagnosticError: it has one, or has it under its former name; or git can't tell.
    """
    doomed = {part.address.of_cell for part in choice.parts if part.operation is Operation.DESTROY}
    if all(cell in fleet.fleet.cells for cell in doomed):
        return
    renamed = [fault for cell in sorted(doomed) if (fault := _renamed(fleet, cell)) is not None]
    if renamed:
        raise DiagnosticError(*renamed)
    found = hidden_cells(fleet.session.repository(), fleet.fleet, doomed)
    if found:
        raise DiagnosticError(*map(hidden, found))


def _renamed(fleet: OpenFleet, cell: CellAddress) -> Diagnostic | None:
    """Say that a cell is here under its former name: this clone is older than the renaming."""
    reader = fleet.ledger.reader
    if cell in fleet.fleet.cells or reader.client_action(cell) != CELL_NAMED:
        return None
    for event in reader.latest_events(1, str(cell), EventFilter(actions=(_NAMED,))):
        former = str(event.detail.get("from"))
        if any(str(item) == former for item in fleet.fleet.cells):
            return error(
                f"{cell} is not destroyed: it was {former}, which these files still have",
                "get the newest commit: git pull",
            )
    return None
