"""The plans that a run has made, of the ledger or of a server, for a view."""

from cellwright.app.overview.runs.run_report import ReportRequest, run_report
from cellwright.app.runs.report import RunReport
from cellwright.cli.invocation import Invocation
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Run, UnitResult

_AT_ONCE = 200


def report_of(invocation: Invocation, run: Run) -> RunReport:
    """Give how the units of a run ended that are over, and their plans.

    Raises:
        DiagnosticError: the ledger can't be read, or the server not asked.
    """
    results: list[UnitResult] = []
    plans: dict[UnitAddress, PlanSummary] = {}
    after: UnitAddress | None = None
    while True:
        page = invocation.look(run_report, ReportRequest(run=run.id, after=after, limit=_AT_ONCE))
        results += page.results
        plans |= page.plans
        if page.next is None:
            return RunReport(run, tuple(results), plans)
        after = page.next
