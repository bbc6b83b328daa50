"""Carries out a run: its leases, its units, and its end in the ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cellwright.engine.approval import YES, Approver, Interrupts
from cellwright.engine.asked import is_dirty
from cellwright.engine.dispatch.cancel_watch import CancelWatch
from cellwright.engine.dispatch.ledger_answers import LedgerAnswers
from cellwright.engine.dispatch.local import LocalDispatcher
from cellwright.engine.dispatch.questions import Questions
from cellwright.engine.dispatch.schedule import schedule_of
from cellwright.engine.lease.keeper import TTL, LeaseKeeper, holder_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.engine.plan_handling import PlanHandling
from cellwright.engine.progress_stamp import ProgressStamp
from cellwright.engine.run_record import end_run
from cellwright.engine.unit.evaluation import UnitEvaluator, UnitTask
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.kept_plans import KeptPlans
from cellwright.engine.unit.ports import NoDepot, PlanDepot, RecoveryPort, TerraformPort
from cellwright.engine.unit.recovery import Recovery
from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import Listener, Reporter, RunFinished, RunStarted
from cellwright.model.runs.run import Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult, was_refused
from cellwright.planning.choice import Choice
from cellwright.planning.digest import Digester
from cellwright.planning.policy.verdict import PASSED, Verdict

_GOOD = frozenset({Outcome.PLANNED, Outcome.APPLIED, Outcome.UNCHANGED})


class RunTerraformPort(TerraformPort, RecoveryPort, Protocol):
    """Everything that a run asks of working folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """Everything that a run is carried out with."""

    actor: Actor
    """Who carries the run out now: recorded for its events and approvals. `Run.actor` is who started it."""

    ledger: Ledger
    digester: Digester
    evaluator: UnitEvaluator
    terraform: Callable[[Run, Reporter], RunTerraformPort]
    listener: Listener
    approver: Approver
    preapproved: bool
    """Plans are applied without a question; each leaves an approval in the audit trail all the same."""
    interrupts: Interrupts
    parallel: int
    approved_how: str = YES
    """How they were approved beforehand."""
    turn: int | None = None
    """The run's, as `start_run` or `reopen_run` gave it."""
    guard: Callable[[UnitTask, Mapping[str, Any]], Verdict] = lambda _task, _document: PASSED
    """Judges every plan before it can be kept or applied."""
    prepare: Callable[[RunUnit, LeaseKeeper], None] = lambda _part, _keeper: None
    """Moves resources that fleet.yaml gives to another unit, before a unit of the two is worked on."""
    depot: PlanDepot = field(default_factory=NoDepot)
    """Where plans are kept that wait for an answer."""
    ttl: float = TTL
    """Seconds that leases last without a heartbeat."""


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of a run in this process; results and plans in the run's order."""

    run: Run
    results: tuple[UnitResult, ...]
    plans: Mapping[UnitAddress, PlanSummary]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What one process needs to take units of a run to their outcomes; open while its keeper is entered."""

    run: Run
    step: TerraformStep
    keeper: LeaseKeeper
    watch: CancelWatch
    reporter: ProgressStamp
    answers: LedgerAnswers


def workplace(run: Run, context: RunContext, plans: PlanHandling) -> Workplace:
    """Make what is needed to work on a run that the ledger knows."""
    reporter = ProgressStamp(run.id, context.listener)
    watch = CancelWatch(context.interrupts, context.ledger.cancels, run.id)
    holder = holder_for(run.id, ProcessIdentity.of_this_process())
    keeper = LeaseKeeper(context.ledger.leases, holder, _nobody, watch, ttl=context.ttl)
    step = _step(run, context, plans, keeper, watch, reporter)
    keeper.on_lost = step.lease_lost
    return Workplace(run, step, keeper, watch, reporter, LedgerAnswers(context.ledger, run, context.actor))


def carry_out(run: Run, choice: Choice, context: RunContext, plans: PlanHandling | None = None) -> Execution:
    """Take the units of `choice` to their outcomes under a run that the ledger knows, and record its end."""
    place = workplace(run, context, plans or PlanHandling())
    place.reporter.report(RunStarted(run))
    units = [part.address for part in choice.parts]
    dispatcher = LocalDispatcher(
        place.step,
        Questions(context.approver, place.answers, place.watch, units),
        place.watch,
        context.parallel,
        preapproved=not place.step.asks,
        reporter=place.reporter,
        ordered=run.kind is not RunKind.PLAN,
        why_stopped=place.watch.reasons,
    )
    with place.keeper:
        results = dispatcher.carry_out(schedule_of(choice.parts, choice.graph))
    status = _status(run.kind, results)
    ended_by = place.watch.canceller() if status is RunStatus.CANCELLED else None
    finished = end_run(run, status, context.ledger, ended_by or context.actor, context.turn)
    refused = was_refused(status, {result.outcome.value for result in results})
    place.reporter.report(RunFinished(finished, refused))
    plans_made = place.reporter.plans
    return Execution(finished, results, {unit: plans_made[unit] for unit in units if unit in plans_made})


def _step(
    run: Run,
    context: RunContext,
    plans: PlanHandling,
    keeper: LeaseKeeper,
    watch: CancelWatch,
    reporter: Reporter,
) -> TerraformStep:
    journal = Journal(
        run=run,
        actor=context.actor,
        canceller=watch.canceller,
        ledger=context.ledger,
        keeper=keeper,
        digester=context.digester,
        approved_how=context.approved_how,
        turn=context.turn,
        options=plans.options,
        dirty=is_dirty(context.ledger.reader, run.id),
    )
    folders = context.terraform(run, reporter)
    return TerraformStep(
        kind=run.kind,
        evaluator=context.evaluator,
        keeper=keeper,
        journal=journal,
        recovery=Recovery(journal, folders),
        terraform=folders,
        reporter=reporter,
        asks=not (context.preapproved or run.kind is RunKind.PLAN),
        brought=plans.brought,
        keep=plans.keep,
        guard=context.guard,
        prepare=context.prepare,
        depot=KeptPlans(context.depot, reporter),
    )


def _status(kind: RunKind, results: tuple[UnitResult, ...]) -> RunStatus:
    outcomes = {result.outcome for result in results}
    if Outcome.CANCELLED in outcomes:
        return RunStatus.CANCELLED
    # What waits for an upstream is planned when that is applied: no failure of a run that only plans.
    good = _GOOD | {Outcome.BLOCKED} if kind is RunKind.PLAN else _GOOD
    return RunStatus.SUCCEEDED if outcomes <= good else RunStatus.FAILED


def _nobody(_address: UnitAddress) -> None:
    """Nothing runs yet that could have lost its lease."""
