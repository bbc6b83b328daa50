"""What may not be destroyed, and what may not be applied any more: legal holds, and clients that go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cellwright.app.session.session import OpenFleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.run import Operation, RunKind
from cellwright.planning.choice import Choice

if TYPE_CHECKING:
    from cellwright.ledger.clients.values import LegalHold, Offboarding


def refuse_held(fleet: OpenFleet, kind: RunKind, choice: Choice) -> None:
    """Start no run that destroys what is held, or that applies what is being destroyed. A plan may be made.

    Raises:
        DiagnosticError: there is such a unit.
    """
    if kind is RunKind.PLAN:
        return
    faults = tuple(_faults(fleet, choice))
    if faults:
        raise DiagnosticError(*faults)


def _faults(fleet: OpenFleet, choice: Choice) -> Iterator[Diagnostic]:
    cells: dict[CellAddress, set[Operation]] = {}
    for part in choice.parts:
        cells.setdefault(part.address.of_cell, set()).add(part.operation)
    doomed = [cell for cell, operations in cells.items() if Operation.DESTROY in operations]
    held = fleet.ledger.legal_holds.open(doomed) if doomed else {}
    leaving = {item.cell: item for item in fleet.ledger.offboardings.open()}
    for cell, operations in sorted(cells.items()):
        offboarding = leaving.get(cell)
        if cell in held:
            yield legal_hold_fault(held[cell])
        elif offboarding is None:
            continue
        elif Operation.DESTROY in operations and offboarding.phase.may_be_cancelled:
            yield _not_yet(offboarding)
        elif Operation.APPLY in operations and not offboarding.phase.may_be_cancelled:
            yield _going(offboarding)


def legal_hold_fault(hold: "LegalHold") -> Diagnostic:
    """Say that a client's legal hold keeps it from being destroyed."""
    return error(
        f"{hold.cell} is under a legal hold, laid by {hold.laid_by} on {hold.laid_at[:10]}: {hold.reason}",
        f"nothing of it is destroyed until it is lifted: cellwright legal-hold {hold.cell.cell} --lift "
        "--reason REASON",
    )


def _not_yet(offboarding: "Offboarding") -> Diagnostic:
    name = offboarding.cell.cell
    return error(
        f"{offboarding.cell} is being offboarded ({offboarding.phase.value}): nothing is destroyed yet",
        f"when its hold is over: cellwright offboard {name}; to end it: cellwright offboard {name} --cancel",
    )


def _going(offboarding: "Offboarding") -> Diagnostic:
    return error(
        f"{offboarding.cell} is being destroyed: nothing of it is applied any more",
        f"let its offboarding end: cellwright offboard {offboarding.cell.cell}",
    )
