"""Look for drift: a run of the queue that comes last, plans what is up to date, and applies nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cellwright.app.rollouts.known_cells import known_cells
from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.queueing import account_of, queued_run
from cellwright.app.runs.running import start
from cellwright.app.session.actor.vouching import vouchers
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.status.status import comparison_of
from cellwright.drift.spread import Spread, spread
from cellwright.drift.windows import Span
from cellwright.engine.run_record import end_empty_run
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import Window
from cellwright.ledger.write.queueing import LAST, QueuedRun
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.change import Status
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import Operation, Run, RunKind
from cellwright.model.settings.drift_settings import ScheduleSettings
from cellwright.planning.choice import Choice
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select
from cellwright.rollout.cells import chosen

FLEET_FILE = "fleet.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """Which units to look at now."""

    selectors: Sequence[str] = ()
    parallel: int | None = None
    reason: str = ""


def submit_looks(session: FleetSession, actor: Actor, request: LookRequest, host: RunHost) -> Run:
    """Have units looked at as soon as the queue has nothing else to do, and the budget allows.

    Units whose settings have changed, or that were never applied, are left out: their plans say nothing of
    drift.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, or no unit is up to date.
    """
    fleet = session.open(writing=True, scope=scope_of(request.selectors, Relatives()))
    heads = comparison_of(fleet).heads
    wanted = select(fleet.fleet.units, request.selectors, Relatives(), heads)
    units = up_to_date(fleet, wanted)
    if not units:
        raise DiagnosticError(
            error("there is nothing to look at", "only units that are up to date by their settings can drift")
        )
    task = QueuedTask(actor=actor, parallel=request.parallel, thorough=True, looks=True)
    choice = choice_of(fleet, dict.fromkeys(units, Operation.APPLY))
    queued = replace(queued_run(fleet, RunKind.PLAN, choice, task), priority=LAST)
    return _start(fleet, task, choice, request.reason, queued, host)


def open_window(session: FleetSession, schedule: ScheduleSettings, span: Span, host: RunHost) -> Run:
    """Begin a window of a schedule: its run spreads the units over what is left of it.

    Raises:
        WindowTakenError: it was opened before; nothing is recorded then.
        DiagnosticError: the fleet has errors, or runs can't begin.
    """
    fleet = session.open(writing=True)
    cells = {cell.address for cell in chosen(known_cells(fleet.fleet), schedule.cells)}
    units = up_to_date(fleet, [unit for unit in fleet.fleet.units if unit.of_cell in cells])
    begin = max(span.begin, session.now())
    moments = _spread(fleet, schedule, units, begin, span.end)
    task = QueuedTask(actor=actor_of(session, schedule.name), thorough=True, looks=True)
    choice = choice_of(fleet, dict.fromkeys(moments.moments, Operation.APPLY))
    window = Window(
        schedule=schedule.name,
        begins=milliseconds(span.begin),
        ends=milliseconds(span.end),
        run="",
        units=len(moments.moments),
        left_out=len(moments.left_out),
    )
    queued = replace(_at(queued_run(fleet, RunKind.PLAN, choice, task), moments), window=window)
    return _start(fleet, task, choice, f"schedule {schedule.name}", queued, host)


def actor_of(session: FleetSession, schedule: str) -> Actor:
    """Who looks by a schedule: that, vouched for by the process that goes by it."""
    return Actor(f"schedule {schedule}", FLEET_FILE, vouchers(session.environment))


def up_to_date(fleet: OpenFleet, units: Collection[UnitAddress]) -> list[UnitAddress]:
    """Give the units whose settings have not changed since they were applied."""
    known = [unit for unit in units if (found := fleet.fleet.units.get(unit)) is not None and found.enabled]
    statuses = comparison_of(fleet).statuses(known)
    return [item.address for item in statuses if item.status is Status.UP_TO_DATE]


def _spread(
    fleet: OpenFleet, schedule: ScheduleSettings, units: Iterable[UnitAddress], begin: datetime, end: datetime
) -> Spread:
    return spread(
        {unit: account_of(fleet, unit) for unit in units},
        milliseconds(begin),
        milliseconds(end),
        fleet.session.drift().units_per_hour,
        fleet.ledger.drift.looked(),
        schedule.name,
    )


def _at(queued: QueuedRun, moments: Spread) -> QueuedRun:
    units = sorted(
        (replace(unit, not_before=moments.moments[unit.address]) for unit in queued.units),
        key=lambda unit: (unit.not_before or 0, unit.address),
    )
    return replace(queued, priority=LAST, units=tuple(units))


def _start(
    fleet: OpenFleet, task: QueuedTask, choice: Choice, reason: str, queued: QueuedRun, host: RunHost
) -> Run:
    run = start(fleet, task.actor, RunKind.PLAN, choice, reason, queued)
    if not choice.parts:
        return end_empty_run(run, fleet.ledger, task.actor, SilentReporter())
    host.wake(run.id)
    return run
