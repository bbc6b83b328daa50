"""What needs a person: plans, rollouts that stand still, failures, drift, exceptions that end, findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from cellwright.app.clients.offboarding.standing import shown_offboardings
from cellwright.app.drift.listing import DriftGroup
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.run_list import run_as_seen
from cellwright.app.overview.view import FleetView
from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.session import FleetSession
from cellwright.fleet.ended_exceptions import EndingException, ending_exceptions
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import UnitDrift
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.at_work import AtWork, OpenQuestions
from cellwright.ledger.read.names import Names
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.offboarding import Waits
from cellwright.model.runs.change import Status
from cellwright.model.runs.run import Outcome, RunStatus
from cellwright.rollout.state import RolloutStatus

SOON = timedelta(days=14)
"""Exceptions that end within this time are told beforehand."""
LEAVES_SOON = timedelta(days=3)
"""Holds that end within this time are told beforehand."""
_LOOKED_BACK = 50
"""Runs among which failures are looked for: the newest."""
_SHOWN = 10
_STANDING = frozenset(
    {RolloutStatus.HALTED, RolloutStatus.HALTING, RolloutStatus.PAUSED, RolloutStatus.WAITING}
)
_FAILING = frozenset({Status.FAILED, Status.NEVER_APPLIED, Status.BLOCKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRun:
    """A run whose plans wait for approval."""

    run: RunSummary
    questions: OpenQuestions


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRun:
    """A run that failed, and whose failure nothing has mended since."""

    run: RunSummary
    failed: int
    skipped: int
    """Units that were left out because of it: the rest of a rollout, which is halted by it."""
    examples: tuple[UnitAddress, ...]
    """Some of those that failed and still do."""

    @property
    def halted(self) -> bool:
        """Whether the failure has kept others from being tried."""
        return self.skipped > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """All that wants somebody's attention."""

    waiting: tuple[WaitingRun, ...]
    rollouts: tuple[RolloutSummary, ...]
    """Those that stand still: halted, paused, or waiting for a step between waves."""
    failed: tuple[FailedRun, ...]
    running: tuple[RunSummary, ...]
    stopped: tuple[RunSummary, ...]
    """Those that nobody carries out any more, and with which somebody may go on."""
    drift: tuple[DriftGroup, ...]
    """That nobody has acknowledged; equal drift in groups."""
    unknown: tuple[UnitDrift, ...]
    """Units whose newest look for drift has failed."""
    ending: tuple[EndingException, ...]
    leaving: tuple[tuple[Offboarding, Waits], ...]
    """Offboardings whose hold ends soon, that wait for somebody, or that can't go on."""
    findings: tuple[Diagnostic, ...]
    counts: Mapping[str, Mapping[CellState, int]]
    """How many cells of each level stand how."""

    @property
    def nothing(self) -> bool:
        """Whether nothing waits for anybody."""
        found = (
            self.waiting,
            self.rollouts,
            self.failed,
            self.stopped,
            self.drift,
            self.unknown,
            self.ending,
            self.leaving,
            self.findings,
        )
        return not any(found)

    @property
    def changed(self) -> int:
        """How many cells have settings that are not applied."""
        states = (CellState.CHANGED, CellState.NOT_APPLIED)
        return sum(found.get(state, 0) for found in self.counts.values() for state in states)


def needs(session: FleetSession, view: FleetView) -> Needs:
    """Collect what needs a person.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    at_work = AtWork(ledger.database)
    newest = ledger.reader.runs(_LOOKED_BACK)
    known = {item.id: item for item in newest}
    waiting: list[WaitingRun] = []
    for item in at_work.questions():
        run = known.get(item.run) or ledger.reader.summary(item.run)
        plans = _plans(view, item)
        if run is not None and plans:
            waiting.append(WaitingRun(run=run, questions=replace(item, plans=plans)))
    asked = {item.run.id for item in waiting}
    problem = session.source.problem
    going = [item for item in newest if item.finished is None and view.shows_run(item.id)]
    dead = stopped_runs(session, going)
    running = (item for item in going if item.id not in asked and item.id not in dead)
    names = Names(ledger.database, view.fleet.cells.__contains__)
    readable = Reach(lambda cell: cell in view.cells, names.holder) if view.partial else everything

    def seen(run: RunSummary) -> RunSummary:
        return run_as_seen(ledger, run, readable) or run

    return Needs(
        waiting=tuple(replace(item, run=seen(item.run)) for item in waiting),
        rollouts=_standing(ledger, view),
        failed=tuple(
            _with_run(item, seen(item.run)) for item in _failed(at_work, names, view, newest)[:_SHOWN]
        ),
        running=tuple(map(seen, islice(running, _SHOWN))),
        stopped=tuple(seen(item) for item in going if dead.get(item.id))[:_SHOWN],
        drift=view.drift.groups,
        unknown=view.drift.unknown,
        ending=_ending(session, view),
        leaving=_leaving(session, view),
        findings=view.findings if problem is None else (problem, *view.findings),
        counts=view.counts,
    )


def _standing(ledger: Ledger, view: FleetView) -> tuple[RolloutSummary, ...]:
    """Give the rollouts that stand still; to whoever may see every cell, as a rollout names many."""
    if view.partial:
        return ()
    return tuple(item for item in ledger.rollouts.newest(_LOOKED_BACK) if item.status in _STANDING)


def _leaving(session: FleetSession, view: FleetView) -> tuple[tuple[Offboarding, Waits], ...]:
    """Give the offboardings that want somebody's attention."""
    soon = milliseconds(session.now() + LEAVES_SOON)
    return tuple(
        (record, waits)
        for record, waits in shown_offboardings(session)
        if (not view.partial or record.cell in view.cells)
        and (
            record.why
            or waits in (Waits.APPROVAL, Waits.LEGAL_HOLD)
            or (waits is Waits.HOLD and (record.hold_until or 0) <= soon)
        )
    )


def _plans(view: FleetView, item: OpenQuestions) -> int:
    """Count the plans that wait, as far as the view has their cells."""
    if not view.partial:
        return item.plans
    working = (found for units in view.working.values() for found in units.values())
    return sum(found.run == item.run and found.state is UnitState.PLANNED for found in working)


def _with_run(failed: FailedRun, run: RunSummary) -> FailedRun:
    return replace(failed, run=run, skipped=run.counts.get(Outcome.SKIPPED.value, 0))


def _failed(at_work: AtWork, names: Names, view: FleetView, runs: Sequence[RunSummary]) -> list[FailedRun]:
    """The runs whose failed units fail still, each unit with the newest run that it failed in.

    A unit of a client that had the name before is none of them.
    """
    found: list[FailedRun] = []
    told: set[UnitAddress] = set()
    for run in runs:
        if run.status is not RunStatus.FAILED or not run.counts.get(Outcome.FAILED.value):
            continue
        ended = at_work.ended_as(run.id, (Outcome.FAILED,))
        units = [unit for unit in ended if names.holder(unit.of_cell, run.at) == unit.of_cell]
        still = tuple(unit for unit in units if unit not in told and _fails(view, unit))
        told.update(units)
        if still:
            skipped = run.counts.get(Outcome.SKIPPED.value, 0)
            found.append(FailedRun(run=run, failed=len(still), skipped=skipped, examples=still[:3]))
    return found


def _fails(view: FleetView, unit: UnitAddress) -> bool:
    if unit in view.working.get(unit.of_cell, {}):
        return False  # it is being tried again
    cell = view.cells.get(unit.of_cell)
    statuses = (item.status for item in cell.units if item.address == unit) if cell is not None else iter(())
    # A unit that failed while it was planned is no failure for the ledger: it is as it was before.
    return any(status in _FAILING or status is Status.CHANGED for status in statuses)


def _ending(session: FleetSession, view: FleetView) -> tuple[EndingException, ...]:
    today = session.now().date()
    try:
        found = [
            item for item in ending_exceptions(view.fleet, today, today + SOON) if item.cell in view.cells
        ]
    except DiagnosticError:
        return ()  # its files have changed since they were loaded: the next view shows them
    return tuple(sorted(found, key=lambda item: (item.until, item.cell)))
