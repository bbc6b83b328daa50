"""The unit step: takes one unit of a run from its lease to its outcome. Re-entrant; dispatchers call it."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cellwright.engine.lease.keeper import LeaseKeeper, waiting_for
from cellwright.engine.unit.evaluation import NoTask, UnitEvaluator, UnitTask
from cellwright.engine.unit.intent import Intent
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.kept_plans import KeptPlans
from cellwright.engine.unit.open_unit import OpenUnit
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import BroughtPlan, ReadPlan, TerraformPort, TerraformRunner
from cellwright.engine.unit.recovery import Recovery
from cellwright.engine.unit.state_checks import prior_fault, written_faults
from cellwright.engine.unit.step_words import (
    outdated_fault,
    plan_warnings,
    refuse_other_modules,
    refuse_unmoved,
    stale_fault,
    state_was_moved,
    words,
)
from cellwright.ledger.leases import Held
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.runs.change import Status
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    Reporter,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunUnit, UnitResult
from cellwright.planning.binary_change import binary_warnings
from cellwright.planning.policy.verdict import PASSED, Verdict
from cellwright.planning.recorded_state import (
    continues,
    left_another,
    left_by_failure,
    written_at_least,
)
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.output.plans.plan_reader import NO_CHANGES
from cellwright.terraform.process.unit_lock import UnitLockedError


@dataclass(slots=True, kw_only=True)
class TerraformStep:
    """Plans and applies units with Terraform under their leases."""

    kind: RunKind
    evaluator: UnitEvaluator
    keeper: LeaseKeeper
    journal: Journal
    recovery: Recovery
    terraform: TerraformPort
    reporter: Reporter
    asks: bool = False
    """Plans wait for somebody's answer, which may come when this process is gone."""
    brought: Callable[[UnitAddress], BroughtPlan | None] = lambda _address: None
    """A plan that was made earlier and is the only thing that may be applied."""
    keep: Callable[[UnitTask, Path], None] = lambda _task, _plan: None
    """Copies a plan to a plan file; it is removed from the working folder afterwards."""
    guard: Callable[[UnitTask, Mapping[str, Any]], Verdict] = lambda _task, _document: PASSED
    """Judges every plan before it can be kept or applied."""
    depot: KeptPlans = field(default_factory=KeptPlans)
    prepare: Callable[[RunUnit, LeaseKeeper], None] = lambda _part, _keeper: None
    """Moves resources that fleet.yaml gives to another unit, before a unit of the two is worked on."""
    yields: bool = False
    """A unit in whose folder another process works is left for later, instead of failing."""
    _open: dict[UnitAddress, OpenUnit] = field(init=False, default_factory=dict)
    _waiting: set[UnitAddress] = field(init=False, default_factory=set)
    _interrupted: int = field(init=False, default=0)

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        """Take the lease, see what is to be done, and plan it with Terraform if anything is."""
        self._open[part.address] = OpenUnit(time.monotonic())
        return self._guarded(part, lambda: self._plan(part))

    def apply(self, planned: Planned) -> UnitResult:
        """Apply exactly the plan that was made, and record what came out of it."""
        found = self._guarded(planned.part, lambda: self._apply(planned))
        if isinstance(found, Planned):
            raise TypeError("an apply ends in a result")
        return found

    def abandon(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...] = ()) -> UnitResult:
        """Finish the unit without applying anything."""
        return self._finish(part, outcome, why)

    def drop(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...]) -> UnitResult:
        """Finish a unit under its lease without opening its folder; a plan that lies there is removed."""
        self._open[part.address] = OpenUnit(time.monotonic(), settled=True)
        return self._finish(part, outcome, why)

    def park(self, planned: Planned) -> bool:
        """Let go of a unit whose plan waits; the lease stays. Tells whether any machine can get the plan."""
        self.reporter.report(PhaseEntered(planned.address, Phase.AWAITING_APPROVAL))
        if (opened := self._open.pop(planned.address, None)) is not None:
            opened.let_go(shared=self.depot.holds(planned.address))
        self.keeper.forget(planned.address)
        return self.depot.holds(planned.address)

    def interrupt(self, level: int) -> None:
        """Ask every Terraform that runs to stop (1), or kill it (2)."""
        self._interrupted = level
        self.recovery.interrupt(level)
        for opened in list(self._open.values()):
            if opened.runner is not None:
                opened.runner.interrupt(level)

    def waiting(self) -> Collection[UnitAddress]:
        """Return the units that wait for somebody else's lease."""
        return self._waiting.copy()

    def lease_lost(self, address: UnitAddress) -> None:
        """Stop the Terraform of a unit that somebody else has taken over."""
        opened = self._open.get(address)
        if opened is not None and opened.runner is not None:
            opened.runner.interrupt(1)

    def _plan(self, part: RunUnit) -> Planned | UnitResult:
        self._enter(part, Phase.WAITING)
        self.prepare(part, self.keeper)
        try:
            self.keeper.take(part.address, lambda held: self._waits(part, held))
        finally:
            self._waiting.discard(part.address)
        left = self.recovery.recover(part)
        if isinstance(left, UnitResult):
            self._open[part.address].settled = True
            return self._close(left)
        if isinstance(left, Intent):
            self._open[part.address].begun, left = left, None
        self._open[part.address].left = left and self.depot.left(left)
        found = self.evaluator.evaluate(part)
        if isinstance(found, NoTask):
            return self._idle(part, found)
        reused = self._reuse(found, left) if left is not None else None
        found, read = (found, reused) if reused is not None else self._read_anew(found)
        runner = self._runner(part)
        found = replace(found, modules=runner.modules())
        refuse_other_modules(self.brought(part.address), found)
        self._open[part.address].task, self._open[part.address].read = found, read
        self._check_state(found, read)
        refuse_unmoved(found.on_copy, part.address, read.summary)
        self.reporter.report(UnitPlanned(part.address, read.summary))
        if found.up_to_date and not found.options:
            self.journal.looked(part.address, read)
            self._open[part.address].looked = True
        warnings = self._judge(found, runner, read)
        if self.kind is RunKind.PLAN:
            if read.file is not None and not found.on_copy:
                self.keep(found, read.file)
            settled = found.up_to_date and not read.summary.applyable
            outcome = Outcome.UNCHANGED if settled else Outcome.PLANNED
            return self._finish(part, outcome, warnings, counts=read.summary.counts)
        if read.file is None:
            if found.options.in_part or found.options.refresh_only:  # it says nothing of the rest
                return self._finish(part, Outcome.UNCHANGED, warnings)
            if not found.up_to_date:
                runner.rewrite_state()
            return self._record_applied(part, found, runner, Outcome.UNCHANGED, ResourceCounts())
        return left if left and reused else self._planned(found, read, read.file)

    def _check_state(self, task: UnitTask, read: ReadPlan) -> None:
        """Refuse a plan that was made for another state than the recorded one, unless that was accepted."""
        address, before = task.part.address, self._runner(task.part).state_before()
        fault = prior_fault(task, read.prior, before, self._open[address], self.journal)
        if fault is None:
            return
        if not task.accepted:
            if self.brought(address) is not None and continues(task.recorded_state, read.prior):
                raise outdated_fault(address)
            raise DiagnosticError(fault)
        if self.kind is not RunKind.PLAN:
            self.journal.state_accepted(task, read.prior)

    def _read_anew(self, task: UnitTask) -> tuple[UnitTask, ReadPlan]:
        """Plan, or take the plan of the plan file, once the state lies where it should."""
        address = task.part.address
        brought = self.brought(address)
        if brought is not None and brought.fingerprint != task.plan_fingerprint:
            raise stale_fault(address)
        self.journal.planning(task)
        runner = self._open[address].runner or self._begin(task)
        if task.moved_from is not None:
            moved = runner.move_state()
            self.journal.state_moved(task, moved)
            self.reporter.report(DiagnosticSeen(address, state_was_moved(task.moved_from, task.unit)))
            task = replace(task, recorded_state=moved)
        read = runner.restore(brought) if brought else runner.plan()
        return task, read.taken_from(task.taken_from).with_moved(task.moved_now)

    def _reuse(self, task: UnitTask, left: Planned) -> ReadPlan | None:
        """Take the plan that an earlier process made; None if it is not valid any more."""
        if left.fingerprint != task.plan_fingerprint or self.brought(left.address) is not None:
            return None
        runner = self._begin(task, left.path)
        try:
            read = runner.reuse(left).taken_from(task.taken_from).with_moved(task.moved_now)
        except DiagnosticError:
            return None  # It is planned again; what else may be wrong shows then.
        same = read.digest == left.plan_digest and runner.mark() == left.state
        return read if same else None

    def _planned(self, task: UnitTask, read: ReadPlan, file: Path) -> Planned:
        """Describe the plan; record it if it has to wait for an answer."""
        address = task.part.address
        planned = Planned(
            part=task.part,
            summary=read.summary,
            plan_digest=read.digest,
            fingerprint=task.plan_fingerprint,
            # Reading it may start a Terraform: only where the plan may outlive this process.
            state=self._runner(task.part).mark() if self.asks else None,
            attempt_id=self.journal.attempt_id(address),
            path=file,
            sha256=read.sha256,
        )
        if self.asks:
            self.depot.keep(planned)
            self.journal.planned(planned)
            self._open[address].waits_since = time.monotonic()
        return planned

    def _judge(self, task: UnitTask, runner: TerraformRunner, read: ReadPlan) -> tuple[Diagnostic, ...]:
        """Refuse a plan that a policy denies; return the policies' warnings, and those about the binary."""
        verdict = runner.judged(lambda document: self.guard(task, document))
        if verdict.basis is not None:
            self.journal.judged(task.part.address, read.digest, verdict.findings, verdict.basis)
        warnings = (
            *binary_warnings(task.recorded_binary, runner.binary, runner.state_writer()),
            *plan_warnings(task, self._open[task.part.address].doubts, applyable=read.summary.applyable),
            *verdict.warnings,
        )
        if verdict.denials:
            raise DiagnosticError(*verdict.denials, *warnings)
        for item in warnings:
            self.reporter.report(DiagnosticSeen(task.part.address, item))
        self._open[task.part.address].warnings = (*runner.notes, *warnings)
        return self._open[task.part.address].warnings

    def _apply(self, planned: Planned) -> UnitResult:
        part = planned.part
        opened = self._open[part.address]
        opened.go_on(time.monotonic())
        task, runner = opened.task, self._runner(part)
        if task is None:
            raise RuntimeError(f"{part.address} was not planned")
        read = opened.read or ReadPlan(NO_CHANGES)
        self.journal.applying(task, runner.binary, read, None if self.asks else planned)
        opened.applying = True
        try:
            runner.apply()
        except TerraformError as failure:
            opened.written = written_at_least(read.prior) if failure.has_made_something else None
            raise
        opened.written = written_at_least(read.prior) if read.effect.differs else None
        return self._record_applied(part, task, runner, Outcome.APPLIED, planned.summary.counts)

    def _record_applied(
        self, part: RunUnit, task: UnitTask, runner: TerraformRunner, outcome: Outcome, counts: ResourceCounts
    ) -> UnitResult:
        """Record that the unit is now as its settings say."""
        warnings = self._open[part.address].warnings
        result = UnitResult(part.address, outcome, self._seconds(part), counts, warnings)
        if part.operation is Operation.DESTROY:
            runner.drop_state_before()  # first: of a unit that is on record as destroyed nothing may be left
            self.journal.destroyed(part.address, result, runner.binary)
            return self._close(result)
        state = runner.state()
        more = self._check_written(part, state.mark if state else None, outcome)
        result = replace(result, diagnostics=(*warnings, *more))
        self.journal.applied(task, state, runner.binary, result)
        runner.drop_state_before()
        return self._close(result)

    def _check_written(
        self, part: RunUnit, after: StateMark | None, outcome: Outcome
    ) -> tuple[Diagnostic, ...]:
        """Refuse to believe a state that is not what was written; return a warning where that is doubtful."""
        read = self._open[part.address].read or ReadPlan(NO_CHANGES)
        fault, doubt = written_faults(part.address, read, after, outcome, self.journal)
        if fault is not None:
            self._open[part.address].distrusted = True
            raise DiagnosticError(fault)
        return (doubt,) if doubt else ()

    def _begin(self, task: UnitTask, keep: Path | None = None) -> TerraformRunner:
        opened = self._open[task.part.address]
        opened.task = task
        runner = self.terraform.open(task, self.journal.attempt_id(task.part.address), keep)
        opened.runner = runner
        if self._interrupted:
            runner.interrupt(self._interrupted)
        for done in runner.settle_state(write=self.kind is not RunKind.PLAN):
            self.reporter.report(DiagnosticSeen(task.part.address, done))
            self.journal.state_settled(task, done.summary)
        return runner

    def _runner(self, part: RunUnit) -> TerraformRunner:
        runner = self._open[part.address].runner
        if runner is None:
            raise RuntimeError(f"{part.address} was not planned")
        return runner

    def _idle(self, part: RunUnit, idle: NoTask) -> UnitResult:
        outcome = Outcome.BLOCKED if idle.status is Status.BLOCKED else Outcome.UNCHANGED
        self._open[part.address].settled = outcome is Outcome.UNCHANGED
        return self._finish(part, outcome, idle.why)

    def _guarded(self, part: RunUnit, task: Callable[[], Planned | UnitResult]) -> Planned | UnitResult:
        try:
            return task()
        except (DiagnosticError, OSError) as fault:
            if self.yields and isinstance(fault, UnitLockedError):
                self._release(part.address)
                raise
            # Whoever waits for a lease hears of an interrupt before this step is told.
            interrupted = self._interrupted or self.keeper.interrupts.requested()
            outcome = Outcome.CANCELLED if interrupted else Outcome.FAILED
            return self._finish(part, outcome, words(part.address, fault))
        except BaseException:
            # Whoever has claimed the unit from the queue ends it under its lease, and gives that back.
            self._release(part.address, lease=not self.yields)
            raise

    def _finish(
        self,
        part: RunUnit,
        outcome: Outcome,
        why: tuple[Diagnostic, ...] = (),
        counts: ResourceCounts | None = None,
    ) -> UnitResult:
        """Record an outcome other than a success, and release the unit."""
        result = UnitResult(part.address, outcome, self._seconds(part), counts or ResourceCounts(), why)
        opened = self._open.get(part.address)
        try:
            if opened is not None and opened.applying and opened.task and opened.runner:
                runner = opened.runner
                at_least = opened.written or (opened.read.prior if opened.read else None)
                found = None if opened.distrusted else runner.mark()
                mark = left_by_failure(at_least, found)
                self.journal.apply_failed(opened.task, mark, runner.binary, result)
                if left_another(part.address, at_least, found, must_differ=False) is None:
                    runner.drop_state_before()
            elif opened is not None and opened.lost is not None:
                # Whoever plans the unit next is to miss what that has not written, too.
                self.journal.unbelieved(opened.lost.unit, written_at_least(opened.lost.prior), result)
            else:
                looks = self.evaluator.thorough and not (self.evaluator.options or self.brought(part.address))
                if outcome is Outcome.FAILED and opened is not None and opened.is_look(looks):
                    self.journal.unknown(part.address, why)
                self.journal.result(result)
        except DiagnosticError as fault:
            result = replace(result, outcome=Outcome.FAILED, diagnostics=(*why, *fault.diagnostics))
        return self._close(result)

    def _close(self, result: UnitResult) -> UnitResult:
        self.depot.drop(result.address)
        self._release(result.address)
        self.reporter.report(UnitFinished(result))
        return result

    def _release(self, address: UnitAddress, *, lease: bool = True) -> None:
        opened = self._open.pop(address, None)
        try:
            if opened is not None and opened.runner is not None:
                # What can't be closed or removed changes nothing about the unit's outcome, which is recorded.
                with suppress(OSError):
                    opened.runner.close()
            elif opened is not None and (opened.settled or opened.left is not None):
                # Nobody opens its folder, so nobody else removes the plan, which holds secrets.
                self.recovery.discard_left(address)
        finally:
            if lease:
                # A lease that can't be given back runs out by itself.
                with suppress(DiagnosticError):
                    self.keeper.release(address)

    def _seconds(self, part: RunUnit) -> float:
        return opened.seconds(time.monotonic()) if (opened := self._open.get(part.address)) else 0.0

    def _enter(self, part: RunUnit, phase: Phase, note: str = "") -> None:
        self.reporter.report(PhaseEntered(part.address, phase, note))

    def _waits(self, part: RunUnit, held: Held) -> None:
        self._waiting.add(part.address)
        self._enter(part, Phase.WAITING, waiting_for(held))
