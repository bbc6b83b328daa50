"""Cells that are being renamed, or whose resources go to another unit: nothing else is begun with them."""

from collections.abc import Iterable

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.evaluation_words import moving_fault
from cellwright.ledger.moves import MovePhase
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError


def refuse_moving(fleet: OpenFleet, cells: Iterable[CellAddress]) -> None:
    """Make sure that no move is under way of which a part is neither here nor there.

    Resources that lie in two states would be destroyed, or lost, by whatever treats one of them as whole.

    Raises:
        DiagnosticError: one is; it says how that ends.
    """
    named = {str(cell): cell for cell in cells}
    for move in fleet.ledger.moves.open():
        if move.phase is not MovePhase.MOVING:
            continue
        for name in move.names:
            if (cell := named.get("/".join(name.split("/")[:2]))) is not None:
                raise DiagnosticError(moving_fault(cell, move))
