"""The report of a run that any process carried out, or carries out now: from what the ledger holds of it."""

from collections.abc import Callable, Mapping

from cellwright.app.history.runs import no_run
from cellwright.app.runs.report import RunReport
from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import UnitPlanned
from cellwright.model.runs.run import Outcome, UnitResult


def run_report(
    session: FleetSession, run: str, readable: Callable[[CellAddress], bool], *, plans: bool = True
) -> RunReport:
    """Report on a run: its units that are over, and their plans as far as these are kept.

    Raises:
        DiagnosticError: there is no such run.
    """
    ledger = session.ledger()
    found = ledger.reader.run(run)
    if found is None:
        raise no_run(run)
    results = tuple(
        _result(record, record.outcome)
        for _, record in sorted(ledger.reader.run_units(run).items())
        if record.outcome is not None and readable(record.address.of_cell)
    )
    if not plans:
        return RunReport(found, results)
    over = {result.address for result in results}
    return RunReport(
        found, results, {unit: plan for unit, plan in _plans(ledger, run).items() if unit in over}
    )


def _result(record: RunUnitRecord, outcome: Outcome) -> UnitResult:
    return UnitResult(record.address, outcome, record.seconds, record.resources, record.diagnostics)


def _plans(ledger: Ledger, run: str) -> Mapping[UnitAddress, PlanSummary]:
    """The newest plan of each unit."""
    events = (item.event().progress for item in ledger.progress.plans(run))
    return {item.unit: item.plan for item in events if isinstance(item, UnitPlanned)}
