"""The report of a run that any process carried out, or carries out now: from what the ledger holds of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from cellwright.app.history.runs import no_run
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed
from cellwright.app.overview.runs.run_list import run_as_seen
from cellwright.app.overview.runs.run_view import RunRequest, readable_records
from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.run_unit_query import RunUnitFilter, RunUnitQuery
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import UnitPlanned
from cellwright.model.runs.run import Outcome, UnitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """Which part of which run's report."""

    run: str
    after: UnitAddress | None = None
    """The last unit on the page before."""
    limit: int
    plans: bool = True
    """Also what each unit's plan says."""
    readable: Reach = everything


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A part of a run's report."""

    run: RunSummary
    results: tuple[UnitResult, ...]
    plans: Mapping[UnitAddress, PlanSummary]
    next: UnitAddress | None
    """The unit after which others follow; None on the last page."""


def run_report(session: FleetSession, request: ReportRequest) -> ReportPage:
    """Report on a run, in its order: its units that are over, and their plans as far as these are kept.

    Raises:
        DiagnosticError: there is no such run, or whoever asks may see none of its cells.
    """
    ledger = session.ledger()
    whole = ledger.reader.summary(request.run)
    found = run_as_seen(ledger, whole, request.readable) if whole is not None else None
    if found is None:
        raise no_run(request.run)
    readable = request.readable.at(found.at)
    wanted = RunRequest(
        run=request.run, only=RunUnitFilter(over=True), after=request.after, readable=readable
    )
    found_units = readable_records(RunUnitQuery(ledger.database), wanted)
    records = list(islice(found_units, request.limit + 1))
    results = tuple(
        _result(record, record.outcome, readable)
        for record in records[: request.limit]
        if record.outcome is not None
    )
    return ReportPage(
        run=found,
        results=results,
        plans=_plans(ledger, request.run, [item.address for item in results]) if request.plans else {},
        next=records[request.limit - 1].address if len(records) > request.limit else None,
    )


def _result(record: RunUnitRecord, outcome: Outcome, readable: Reach) -> UnitResult:
    said = concealed(record.diagnostics, readable)
    return UnitResult(record.address, outcome, record.seconds, record.resources, said)


def _plans(ledger: Ledger, run: str, units: Sequence[UnitAddress]) -> Mapping[UnitAddress, PlanSummary]:
    """The newest plan of each of these units."""
    events = (item.event().progress for item in ledger.progress.plans(run, units))
    found = {item.unit: item.plan for item in events if isinstance(item, UnitPlanned)}
    return {unit: found[unit] for unit in units if unit in found}
