"""The last look before a unit is destroyed: whether its client is under a legal hold, or on hold.

A unit that becomes one of another cell is looked at like one that is destroyed: its new cell is not held.
"""

from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


def refuse_legal_hold(ledger: Ledger, unit: UnitAddress, what: str = "is not destroyed") -> None:
    """Go on only if nobody has laid a legal hold on the unit's cell; `what` says what does not happen.

    It may have been laid after the run was started, or while a plan waited for an answer.

    Raises:
        DiagnosticError: somebody has.
    """
    hold = ledger.legal_holds.open([unit.of_cell]).get(unit.of_cell)
    if hold is not None:
        raise DiagnosticError(
            error(
                f"{unit} {what}: {hold.cell} is under a legal hold ({hold.laid_by}: {hold.reason})",
                f"lift it first: cellwright legal-hold {hold.cell.cell} --lift --reason REASON",
            )
        )


def refuse_early(ledger: Ledger, unit: UnitAddress, what: str = "is not destroyed yet") -> None:
    """Go on only if the unit's client is not being offboarded, or its hold is over; `what` as above.

    A run that was started before its offboarding may begin to destroy during the hold: it was put off, it was
    paused, or its plan waited for an answer.

    Raises:
        DiagnosticError: nothing of the client is destroyed yet.
    """
    offboarding = ledger.offboardings.open_of(unit.of_cell)
    if offboarding is not None and offboarding.phase.may_be_cancelled:
        name, phase = unit.cell, offboarding.phase.value
        raise DiagnosticError(
            error(
                f"{unit} {what}: {unit.of_cell} is being offboarded ({phase})",
                f"when its hold is over: cellwright offboard {name}; to end it: "
                f"cellwright offboard {name} --cancel",
            )
        )
