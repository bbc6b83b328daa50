"""One unit of a run: where it is, its plan, what was said of it, and its log."""

from dataclasses import dataclass, replace

from cellwright.app.history.logs import UnitLog
from cellwright.app.history.runs import no_run
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed
from cellwright.app.overview.runs.live_unit import NOTHING_YET, LiveUnit, after
from cellwright.app.overview.runs.log_tail import find_log
from cellwright.app.overview.runs.run_list import run_as_seen
from cellwright.app.overview.runs.run_view import RunRequest, UnitRow, run_view, wait_seen
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit import planned
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Approval, RunSummary, RunUnitRecord
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.runs.plan import Action, PlanSummary
from cellwright.model.runs.progress import UnitPlanned
from cellwright.model.runs.run import RunUnit

_EVENTS = 1_000
"""Stored events of a unit that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUnitView:
    """One unit of a run."""

    run: RunSummary
    row: UnitRow
    waves: int
    """How many waves the run has."""
    live: LiveUnit
    plan: PlanSummary | None
    """What it was planned to do last; None if no plan was kept."""
    outlined: bool
    """Whether the plan was too large to be kept with its attributes."""
    approval: Approval | None
    """The newest question about its plan, with its answer."""
    waits: bool
    """Whether that question is open."""
    log: UnitLog | None
    """Its log, if it is here or in the artifact store."""


def run_unit_view(
    session: FleetSession,
    run: str,
    unit: UnitAddress,
    readable: Reach = everything,
) -> RunUnitView:
    """Show one unit of a run; `readable` tells which others may be named.

    Raises:
        DiagnosticError: there is no such run, or the unit was no part of it that may be seen.
    """
    ledger = session.ledger()
    whole = ledger.reader.summary(run)
    if whole is None:
        raise no_run(run)
    readable = readable.at(whole.at)
    view = run_view(session, RunRequest(run=run, units=(unit,)))
    if not view.units or not readable(unit.of_cell):
        raise MissingError(error(f"{unit} was no part of run {run}", "look at the run for its units"))
    (row,) = view.units
    record = replace(row.record, diagnostics=concealed(row.record.diagnostics, readable))
    row = replace(row, record=record, wait=wait_seen(row.wait, readable))
    plan = _plan(ledger, run, row.record)
    asked = [item for item in ledger.approvals.of_run(run) if item.unit == unit]
    waiting = {plan.plan_digest for group in view.waiting for plan in group.plans if plan.unit == unit}
    newest = max(asked, key=lambda item: item.asked_at, default=None)
    return RunUnitView(
        run=run_as_seen(ledger, view.run, readable) or view.run,
        row=row,
        waves=len(view.waves),
        live=_live(ledger, run, unit) if row.record.outcome is None else NOTHING_YET,
        plan=plan,
        outlined=plan is not None and _is_outlined(plan),
        approval=newest,
        waits=newest is not None and newest.plan_digest in waiting,
        log=find_log(session, run, unit),
    )


def _plan(ledger: Ledger, run: str, record: RunUnitRecord) -> PlanSummary | None:
    """The plan that waits; or else the last one that was made, from the run's progress."""
    if record.plan is not None:
        part = RunUnit(record.address, record.operation, record.wave)
        return planned.from_json(part, record.plan).summary
    stored = ledger.progress.latest(run, record.address, "unit_planned")
    found = stored.event().progress if stored is not None else None
    return found.plan if isinstance(found, UnitPlanned) else None


def _is_outlined(plan: PlanSummary) -> bool:
    updates = [item for item in plan.resources if item.action in (Action.UPDATE, Action.REPLACE)]
    bare = bool(updates) and not any(item.attributes for item in updates)
    return bare or (not plan.resources and plan.counts.total > 0)


def _live(ledger: Ledger, run: str, unit: UnitAddress) -> LiveUnit:
    found, seen = NOTHING_YET, 0
    while events := ledger.progress.of_unit(run, unit, seen, _EVENTS):
        for event in events:
            found = after(found, event)
        seen = events[-1].id
    return found
