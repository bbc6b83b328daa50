"""Submit a run: it is written into the ledger's queue, and carried out by whoever is free.

Nothing here waits for Terraform. Whether units have something to do is decided here, once; what becomes of
them is in the ledger.
"""

from datetime import datetime

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import acceptance_of, choose_units
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.queueing import queued_run
from cellwright.app.runs.resume import ResumeRequest, reopen
from cellwright.app.runs.running import start
from cellwright.app.runs.steering.pause import refuse_past
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.asked import Asked
from cellwright.engine.run_record import end_empty_run
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import Run, RunKind
from cellwright.planning.choice import Choice


def submit_apply(
    session: FleetSession, actor: Actor, request: ApplyRequest, host: RunHost, approved_how: str = ""
) -> Run:
    """Start a run that applies the selected changes; it waits for nobody.

    Each plan waits for an answer in the ledger, unless `approved_how` says how all were approved beforehand.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, or a plan file was given: workers
            can't read it.
    """
    if request.plan_file is not None:
        raise DiagnosticError(
            error(f"{request.plan_file} is on one machine only", "apply it there: cellwright apply --plan")
        )
    if request.stored:
        raise DiagnosticError(
            error("a submitted run makes its own plans", f"run: cellwright apply --stored {request.stored}")
        )
    fleet = session.open(writing=True, scope=request.selection.scope)
    task = QueuedTask(
        actor=actor,
        approved_how=approved_how,
        parallel=request.parallel,
        thorough=request.selection.thorough,
        options=request.selection.options,
        acceptance=acceptance_of(fleet, request.selection),
        move_states=request.move_states,
        not_before=_later(session, request.not_before),
    )
    choice = choose_units(fleet, request.selection)
    return submit(fleet, RunKind.APPLY, choice, request.reason, task, host, allow_dirty=request.allow_dirty)


def submit_plan(session: FleetSession, actor: Actor, request: PlanRequest, host: RunHost) -> Run:
    """Start a run that plans the selected changes and applies nothing.

    Raises:
        DiagnosticError: as `submit_apply`; plans can be kept in a file only on the machine that makes them.
    """
    if request.out is not None or request.store:
        raise DiagnosticError(
            error("a submitted run keeps no plan file", "make one where you need it: cellwright plan -o FILE")
        )
    fleet = session.open(writing=True, scope=request.selection.scope)
    task = QueuedTask(
        actor=actor,
        parallel=request.parallel,
        thorough=request.selection.thorough,
        options=request.selection.options,
        acceptance=acceptance_of(fleet, request.selection),
        not_before=_later(session, request.not_before),
    )
    choice = choose_units(fleet, request.selection)
    return submit(fleet, RunKind.PLAN, choice, request.reason, task, host)


def submit_resume(
    session: FleetSession, actor: Actor, request: ResumeRequest | str, host: RunHost, approved_how: str = ""
) -> Run:
    """Put what a run has left undone into the queue again; gives the run. A text is a run's id.

    A run that is paused only goes on.

    Raises:
        DiagnosticError: there is no such run, nothing is left of it to do, or it is being carried out.
    """
    wanted = ResumeRequest(run=request) if isinstance(request, str) else request
    paused = session.ledger().reader.run(wanted.run) if wanted.run is not None else None
    if paused is not None and session.ledger(writing=True).pauses.end(paused.id, actor):
        host.wake(paused.id)
        return paused
    fleet = session.open(writing=True)
    task = QueuedTask(
        actor=actor,
        approved_how=approved_how,
        parallel=wanted.parallel,
        move_states=wanted.move_states,
    )
    reopened = reopen(fleet, actor, wanted, queued_as=task)
    if not reopened.choice.parts:
        return end_empty_run(reopened.run, fleet.ledger, actor, SilentReporter())
    host.wake(reopened.run.id)
    return reopened.run


def submit(  # noqa: PLR0913  what a submitted run consists of
    fleet: OpenFleet,
    kind: RunKind,
    choice: Choice,
    reason: str,
    task: QueuedTask,
    host: RunHost,
    *,
    allow_dirty: bool = False,
) -> Run:
    """Start a run of units that are chosen already; one without units is over at once.

    Raises:
        DiagnosticError: the run could not begin; nothing is recorded then.
    """
    asked = Asked(thorough=task.thorough, options=task.options, allow_dirty=allow_dirty)
    queued = queued_run(fleet, kind, choice, task)
    run = start(fleet, task.actor, kind, choice, reason, queued, asked=asked)
    if not choice.parts:
        return end_empty_run(run, fleet.ledger, task.actor, SilentReporter())
    host.wake(run.id)
    return run


def _later(session: FleetSession, moment: datetime | None) -> datetime | None:
    if moment is not None:
        refuse_past(session, moment, "not_before")
    return moment
