"""The last look before a unit is destroyed: whether its client is under a legal hold."""

from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


def refuse_legal_hold(ledger: Ledger, unit: UnitAddress) -> None:
    """Go on only if nobody has laid a legal hold on the unit's cell.

    It may have been laid after the run was started, or while a plan waited for an answer.

    Raises:
        DiagnosticError: somebody has.
    """
    hold = ledger.legal_holds.open([unit.of_cell]).get(unit.of_cell)
    if hold is not None:
        raise DiagnosticError(
            error(
                f"{unit} is not destroyed: {hold.cell} is under a legal hold ({hold.laid_by}: {hold.reason})",
                f"lift it first: cellwright legal-hold {hold.cell.cell} --lift --reason REASON",
            )
        )
