"""Resume: what a crashed, failed or cancelled run left undone is done; what it finished is not repeated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.guards.continued import continued_elsewhere
from cellwright.app.runs.guards.gone import refuse_hidden
from cellwright.app.runs.guards.held import refuse_held
from cellwright.app.runs.guards.outdated import unwanted_destroys
from cellwright.app.runs.guards.uncommitted import recorded_as
from cellwright.app.runs.left_files import remove_left_files
from cellwright.app.runs.moving.performing import perform_with_moves
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.queueing import queued_run
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.steering.needless import end_others_if_needless
from cellwright.app.runs.toolchains import check_options, check_toolchains
from cellwright.app.session.hidden import refuse_hidden_settings
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.adapter.local_files import WorkingFolder
from cellwright.engine.adapter.run_terraform import LocalPaths
from cellwright.engine.adapter.unit_runner import remove_left_plan
from cellwright.engine.asked import Asked, asked_of
from cellwright.engine.lease.keeper import this_process
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.engine.plan_handling import PlanHandling
from cellwright.ledger.leases import Holder, Lease
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.ledger.write.queueing import QueuedRun
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.run import Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.planning.choice import Choice

_DONE = frozenset({Outcome.APPLIED, Outcome.UNCHANGED, Outcome.PLANNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    """Which run to go on with."""

    run: str | None = None
    """Its id; None takes the newest that is not done."""
    parallel: int | None = None
    move_states: bool = False
    """Move the states of units whose settings name another place for them."""
    allow_dirty: bool = False
    """Apply settings that are not committed as well; that is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A run that goes on: what is left of it to do."""

    run: Run
    choice: Choice
    turn: int
    records: Mapping[UnitAddress, RunUnitRecord]
    """As they were before."""
    kept: tuple[UnitResult, ...]
    """Units that were to be destroyed and are kept."""


def resume(session: FleetSession, actor: Actor, request: ResumeRequest, talk: Conversation) -> RunReport:
    """Go on with a run. The run keeps its starter; what is done now is recorded as done by `actor`.

    A run of the queue leaves it: from now on this process carries it out.

    Raises:
        DiagnosticError: there is no such run, nothing is left of it to do, or what it runs can't be used.
    """
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    found = reopen(fleet, actor, request)
    asked = asked_of(fleet.ledger.reader, found.run.id)
    task = RunTask(
        run=found.run,
        choice=found.choice,
        parallel=request.parallel,
        plans=PlanHandling(thorough=asked.thorough, options=asked.options),
        turn=found.turn,
        move_states=request.move_states,
    )
    report = perform_with_moves(fleet, actor, task, talk)
    results = (*found.kept, *report.results)
    return RunReport(report.run, _all_results(found.records, results), report.plans)


def reopen(
    fleet: OpenFleet, actor: Actor, request: ResumeRequest, queued_as: QueuedTask | None = None
) -> Reopened:
    """Make a run a running one again: carried out by this process, or, with `queued_as`, by whoever is free.

    Raises:
        DiagnosticError: as `resume`; or a run that is to be queued is queued already.
    """
    repository = fleet.session.repository()
    # What is applied from now on is of the commit that is checked out now.
    run = replace(_find(fleet, request.run), commit=repository.head() if repository else None)
    if queued_as is not None:
        _refuse_queued(fleet, run)
    _release_dead_leases(fleet, run)
    records = fleet.ledger.reader.run_units(run.id)
    _refuse_pruned(fleet, run, records)
    left = {address: item for address, item in records.items() if not _is_done(item)}
    if not left and run.status is RunStatus.SUCCEEDED:
        raise DiagnosticError(
            error(f"run {run.id} is done: nothing is left to resume", "`cellwright status` shows what is")
        )
    check_toolchains(fleet, left)
    before = asked_of(fleet.ledger.reader, run.id)
    # Another program may have been chosen since the run began.
    check_options(fleet, left, before.options)
    refuse_hidden_settings(repository, fleet.fleet)
    operations = {address: item.operation for address, item in left.items()}
    if run.kind is not RunKind.DESTROY:
        refuse_hidden(fleet, choice_of(fleet, operations))
    unwanted = unwanted_destroys(fleet, run, operations)
    choice = choice_of(fleet, {one: item for one, item in operations.items() if one not in unwanted})
    refuse_held(fleet, run.kind, choice)
    wanted = Asked(allow_dirty=request.allow_dirty)
    uncommitted = repository.dirty() if repository else ()
    now = recorded_as(fleet, run.kind, choice, wanted, uncommitted)
    turn = fleet.ledger.recorder.reopen_run(
        run.id,
        actor,
        holder=this_process(run.id) if queued_as is None else None,
        queued=_queued(fleet, run, choice, queued_as, before) if queued_as is not None else None,
        commit=run.commit,
        asked=now.to_json(),
    )
    end_others_if_needless(fleet.session, run.id, actor)
    # Of a unit that was recorded just before a kill nobody opens the folder any more.
    places = LocalPaths(fleet.home.work, fleet.home.states, fleet.home.logs)
    done = records.keys() - left.keys()
    remove_left_files(fleet, (WorkingFolder(address, places.folder(address)) for address in sorted(done)))
    kept = _keep_wanted(fleet, run, unwanted)
    return Reopened(run=run, choice=choice, turn=turn, records=records, kept=kept)


def _refuse_queued(fleet: OpenFleet, run: Run) -> None:
    if fleet.ledger.reader.is_queued(run.id):
        raise DiagnosticError(
            error(f"run {run.id} goes on by itself: it is in the queue", "see what it waits for on its page")
        )


def _queued(fleet: OpenFleet, run: Run, choice: Choice, task: QueuedTask, before: Asked) -> QueuedRun:
    """Describe what is left of a run for the queue: it goes on at the commit at which it was just checked.

    Its plans are made as they were `before`.
    """
    task = replace(task, commit=run.commit, thorough=before.thorough, options=before.options)
    return queued_run(fleet, run.kind, choice, task)


def _keep_wanted(
    fleet: OpenFleet, run: Run, unwanted: Mapping[UnitAddress, Diagnostic]
) -> tuple[UnitResult, ...]:
    """Finish, without destroying them, the units that the run was to destroy and that are wanted again."""
    kept = tuple(
        UnitResult(address, Outcome.UNCHANGED, diagnostics=(why,)) for address, why in unwanted.items()
    )
    for result in kept:
        record = fleet.ledger.reader.run_unit(run.id, result.address)
        fleet.ledger.recorder.record_result(run.id, result)
        if record is not None and record.plan is not None:
            folder = LocalPaths(fleet.home.work, fleet.home.states, fleet.home.logs).folder(result.address)
            remove_left_plan(RunUnit(record.address, record.operation), record.plan, folder)
    return kept


def _find(fleet: OpenFleet, run_id: str | None) -> Run:
    reader = fleet.ledger.reader
    if run_id is not None:
        run = reader.run(run_id)
        if run is None:
            raise DiagnosticError(error(f"there is no run '{run_id}'", "`cellwright runs` lists them"))
        _refuse_continued_elsewhere(fleet, run)
        return run
    at_work = {held.holder.run for held in reader.lease_holders().values() if _is_alive(held.holder)}
    for summary in reader.runs(limit=50):
        if summary.kind is RunKind.PLAN or summary.status is RunStatus.SUCCEEDED or summary.id in at_work:
            continue
        if _carried_out(fleet, summary.id, summary.status) is not None or reader.is_queued(summary.id):
            continue
        if fleet.ledger.rollouts.of_run(summary.id) is not None:
            continue
        found = reader.run(summary.id)
        if found is not None and len(found.units) == summary.units:
            return found
    raise DiagnosticError(error("no run is waiting to be resumed", "`cellwright runs` lists them"))


def _refuse_continued_elsewhere(fleet: OpenFleet, run: Run) -> None:
    found = continued_elsewhere(fleet.ledger, run, fleet.fleet.units.is_enabled)
    if found is not None:
        raise DiagnosticError(found.fault)


def _refuse_pruned(fleet: OpenFleet, run: Run, records: Mapping[UnitAddress, RunUnitRecord]) -> None:
    """Refuse a run whose records were pruned: it is no longer known what it has done."""
    summary = fleet.ledger.reader.summary(run.id)
    if summary is not None and len(records) < summary.units:
        detail = "later runs have taken up its units: `cellwright status` shows what is left to do"
        raise DiagnosticError(error(f"run {run.id} can't be resumed: its details were pruned", detail))


def _carried_out(fleet: OpenFleet, run: str, status: RunStatus) -> Holder | None:
    """The process that carries a run out, if it lives and is another one: it may hold no unit just now."""
    holder = fleet.ledger.reader.run_holder(run) if status is RunStatus.RUNNING else None
    return holder if holder and holder != this_process(run) and _is_alive(holder) else None


def _release_dead_leases(fleet: OpenFleet, run: Run) -> None:
    """Release the leases of the run's dead processes: nobody else would release that of a finished unit.

    Raises:
        DiagnosticError: a process of the run is alive.
    """
    if (worker := _carried_out(fleet, run.id, run.status)) is not None:
        raise _at_work(worker)
    for held in fleet.ledger.reader.lease_holders().values():
        holder = held.holder
        if holder.run != run.id:
            continue
        alive = _is_alive(holder)
        if alive:
            raise _at_work(holder)
        if alive is False:
            fleet.ledger.leases.release(Lease(held.unit, holder, held.fencing, held.expires))


def _at_work(holder: Holder) -> DiagnosticError:
    return DiagnosticError(
        error(f"run {holder.run} is being carried out by {holder}", "wait for it, or stop it first")
    )


def _is_alive(holder: Holder) -> bool | None:
    """Tell whether a holder lives; None if only its own machine could."""
    return ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()


def _is_done(record: RunUnitRecord) -> bool:
    return record.state is UnitState.FINISHED and record.outcome in _DONE


def _all_results(
    records: Mapping[UnitAddress, RunUnitRecord], results: tuple[UnitResult, ...]
) -> tuple[UnitResult, ...]:
    before = {
        address: UnitResult(address, item.outcome, item.seconds, item.resources, item.diagnostics)
        for address, item in records.items()
        if item.outcome is not None and _is_done(item)
    }
    found = before | {result.address: result for result in results}
    return tuple(found[address] for address in records if address in found)
