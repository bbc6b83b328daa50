"""What keeps a cell from being renamed, or resources from being moved."""

from collections.abc import Iterable

from cellwright.app.moves.names import Names
from cellwright.app.moves.texts import FileChanges
from cellwright.app.runs.guards.moving import refuse_moving
from cellwright.app.session.session import OpenFleet
from cellwright.app.session.snapshot import Snapshot
from cellwright.ledger.read.open_questions import OpenQuestions
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, Severity, error
from cellwright.model.names import name_fault
from cellwright.model.position import Position


def refuse_name(fleet: OpenFleet, names: Names, changes: FileChanges) -> None:
    """Make sure that a cell can have its new name.

    Raises:
        DiagnosticError: it can't be one, or files or the ledger have it already.
    """
    if fault := name_fault(names.new):
        raise DiagnosticError(error(f"'{names.new}' can't name a cell: {fault}", "choose another name"))
    root = fleet.session.root
    taken = [cell for cell in names.cells.values() if cell in fleet.fleet.cells]
    places = [path for path in changes.moved.values() if (root / path).exists()]
    if taken or places or names.old == names.new:
        place = Position(places[0]) if places else None
        raise DiagnosticError(error(f"there is a cell '{names.new}' already", "choose another name", place))
    for cell in names.cells.values():
        if left := sorted(fleet.ledger.reader.heads([f"{cell}/"])):
            raise DiagnosticError(
                error(
                    f"the ledger records {left[0]}: another cell of this name was never destroyed",
                    f"`cellwright status {cell}/*` tells more; choose another name, or destroy that first",
                )
            )


def refuse_unreadable(snapshot: Snapshot, names: Names) -> None:
    """Make sure that the fleet is without errors as it will be.

    What the cell has in common with itself under its former name, which the files still have, is none.

    Raises:
        DiagnosticError: it has errors.
    """
    itself = {item.finding for item in snapshot.fleet.conflicts if names.cells.keys() & item.cells}
    faults = [
        item for item in snapshot.fleet.diagnostics if item.severity is Severity.ERROR and item not in itself
    ]
    if faults:
        raise DiagnosticError(*faults)


def refuse_at_work(fleet: OpenFleet, names: Names) -> None:
    """Make sure that nobody is at work with a cell.

    Raises:
        DiagnosticError: a run that is not over has a unit of it, or a rollout; or it is being offboarded, or
            another move is under way.
    """
    refuse_busy(fleet, names.cells)


def refuse_busy(fleet: OpenFleet, cells: Iterable[CellAddress]) -> None:
    """As `refuse_at_work`, for some cells."""
    cells = tuple(cells)
    refuse_moving(fleet, cells)
    leaving = {item.cell for item in fleet.ledger.offboardings.open()}
    for cell in cells:
        if cell in leaving:
            raise DiagnosticError(
                error(
                    f"{cell} is being offboarded",
                    f"let that end, or end it: cellwright offboard {cell.cell} --cancel",
                )
            )
        run, rollout = fleet.ledger.moves.at_work(cell)
        if run is not None:
            raise DiagnosticError(
                error(f"run {run[0]} is not over, and {run[1]} is part of it", _to_end(fleet, run[0]))
            )
        if rollout is not None:
            raise DiagnosticError(
                error(
                    f"rollout {rollout} has {cell} and is not over",
                    f"let it end, or end it: cellwright rollout cancel {rollout}",
                )
            )


def _to_end(fleet: OpenFleet, run: str) -> str:
    """Say how a run comes to its end, as it stands: one that waits for somebody ends by no waiting."""
    cancel = f"`cellwright cancel {run}`"
    if fleet.ledger.pauses.of_runs([run]):
        return f"it is paused: let it go on with `cellwright unpause {run}`, or {cancel}"
    if waiting := OpenQuestions(fleet.ledger.database).count(run):
        plans = "a plan waits" if waiting == 1 else f"{waiting} plans wait"
        return f"{plans} for an answer: `cellwright approve {run}`, or `cellwright reject {run}`"
    return f"wait for it, or `cellwright resume {run}`, or {cancel}"
