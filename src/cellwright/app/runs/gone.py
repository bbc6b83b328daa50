"""A cell is gone only if the commit says so, not if a checkout leaves it out."""

from cellwright.app.session.hidden import hidden, hidden_cells
from cellwright.app.session.session import OpenFleet
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation
from cellwright.planning.choice import Choice


def refuse_hidden(fleet: OpenFleet, choice: Choice) -> None:
    """Destroy no cell as gone from the fleet that the commit still has.

    Raises:
        DiagnosticError: it has one, or git can't tell.
    """
    doomed = {part.address.of_cell for part in choice.parts if part.operation is Operation.DESTROY}
    if all(cell in fleet.fleet.cells for cell in doomed):
        return
    found = hidden_cells(fleet.session.repository(), fleet.fleet, doomed)
    if found:
        raise DiagnosticError(*map(hidden, found))
