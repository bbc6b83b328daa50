"""The unit step: one unit of a run from its lease to its outcome. Re-entrant; whoever calls it dispatches."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cellwright.engine.dispatch.local import Planned
from cellwright.engine.lease.holding import Holding
from cellwright.engine.unit.evaluation import Evaluator, Idle, Work
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.ports import Attempt, AttemptPort, SavedPlan
from cellwright.engine.unit.recovery import Settlement
from cellwright.ledger.leases import Held
from cellwright.model.address import UnitAddress
from cellwright.model.change import Status
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.plan import ResourceCounts
from cellwright.model.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    Reporter,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.run import Operation, Outcome, RunKind, RunUnit, UnitResult
from cellwright.planning.policy.verdict import PASSED, Verdict


@dataclass(slots=True)
class _Open:
    """A unit that is being worked on."""

    started: float
    work: Work | None = None
    attempt: Attempt | None = None
    applying: bool = False
    warnings: tuple[Diagnostic, ...] = ()
    """What policies say about its plan that lets pass."""


@dataclass(slots=True, kw_only=True)
class TerraformStep:
    """Plans and applies units with Terraform under their leases."""

    kind: RunKind
    evaluator: Evaluator
    holding: Holding
    journal: Journal
    settlement: Settlement
    attempts: AttemptPort
    reporter: Reporter
    saved: Callable[[UnitAddress], SavedPlan | None] = lambda _address: None
    """A plan that was made earlier and is the only thing that may be applied."""
    keep: Callable[[Work, Path], None] = lambda _work, _plan: None
    """Takes a plan away for later; it is removed from the working folder afterwards."""
    guard: Callable[[Work, Mapping[str, Any]], Verdict] = lambda _work, _document: PASSED
    """Judges every plan before it can be kept or applied."""
    _open: dict[UnitAddress, _Open] = field(init=False, default_factory=dict)
    _waiting: set[UnitAddress] = field(init=False, default_factory=set)
    _interrupted: int = field(init=False, default=0)

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        """Take the lease, see what is to be done, and plan it with Terraform if anything is."""
        self._open[part.address] = _Open(time.monotonic())
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

    def interrupt(self, level: int) -> None:
        """Ask every Terraform that runs to stop (1), or kill it (2)."""
        self._interrupted = level
        self.settlement.interrupt(level)
        for opened in self._attempts():
            opened.interrupt(level)

    def waiting(self) -> Collection[UnitAddress]:
        """The units that somebody else holds and that are waited for."""
        return self._waiting.copy()

    def lease_lost(self, address: UnitAddress) -> None:
        """Stop the Terraform of a unit that somebody else has taken over."""
        opened = self._open.get(address)
        if opened is not None and opened.attempt is not None:
            opened.attempt.interrupt(1)

    def _plan(self, part: RunUnit) -> Planned | UnitResult:
        self._enter(part, Phase.WAITING)
        try:
            self.holding.take(part.address, lambda held: self._waits(part, held))
        finally:
            self._waiting.discard(part.address)
        if adopted := self.settlement.settle(part):
            return self._close(adopted)
        found = self.evaluator.evaluate(part)
        if isinstance(found, Idle):
            return self._idle(part, found)
        saved = self.saved(part.address)
        if saved is not None and saved.fingerprint != found.fingerprint:
            raise _stale(part.address)
        self.journal.planning(found)
        attempt = self._begin(found)
        summary = attempt.restore(saved) if saved else attempt.plan()
        self.reporter.report(UnitPlanned(part.address, summary))
        warnings = self._judge(found, attempt)
        if self.kind is RunKind.PLAN:
            if attempt.plan_file is not None:
                self.keep(found, attempt.plan_file)
            outcome = Outcome.UNCHANGED if found.settled and not summary.applyable else Outcome.PLANNED
            return self._finish(part, outcome, warnings, counts=summary.counts)
        if not summary.applyable:
            return self._settled(part, found, attempt, Outcome.UNCHANGED, ResourceCounts())
        return Planned(part, summary)

    def _judge(self, work: Work, attempt: Attempt) -> tuple[Diagnostic, ...]:
        """Stop a plan that a policy denies; give what the others have to say."""
        verdict = attempt.judged(lambda document: self.guard(work, document))
        if verdict.denials:
            raise DiagnosticError(*verdict.denials, *verdict.warnings)
        for item in verdict.warnings:
            self.reporter.report(DiagnosticSeen(work.part.address, item))
        self._open[work.part.address].warnings = verdict.warnings
        return verdict.warnings

    def _apply(self, planned: Planned) -> UnitResult:
        part = planned.part
        opened = self._open[part.address]
        work, attempt = opened.work, opened.attempt
        if work is None or attempt is None:
            raise RuntimeError(f"{part.address} was not planned")
        self.journal.applying(work, attempt.terraform_version)
        opened.applying = True
        attempt.apply()
        return self._settled(part, work, attempt, Outcome.APPLIED, planned.summary.counts)

    def _settled(
        self, part: RunUnit, work: Work, attempt: Attempt, outcome: Outcome, counts: ResourceCounts
    ) -> UnitResult:
        """Record that the world is now as the settings say."""
        warnings = self._open[part.address].warnings
        result = UnitResult(part.address, outcome, self._seconds(part), counts, warnings)
        if part.operation is Operation.DESTROY:
            self.journal.destroyed(part.address, result)
            return self._close(result)
        state = attempt.state()
        if state is None and outcome is Outcome.APPLIED:
            raise _stateless(part.address)
        self.journal.applied(work, state, attempt.terraform_version, result)
        return self._close(result)

    def _begin(self, work: Work) -> Attempt:
        opened = self._open[work.part.address]
        opened.work = work
        attempt = self.attempts.open(work, self.journal.claim(work.part.address))
        opened.attempt = attempt
        if self._interrupted:
            attempt.interrupt(self._interrupted)
        return attempt

    def _idle(self, part: RunUnit, idle: Idle) -> UnitResult:
        outcome = Outcome.BLOCKED if idle.status is Status.BLOCKED else Outcome.UNCHANGED
        return self._finish(part, outcome, idle.why)

    def _guarded(self, part: RunUnit, work: Callable[[], Planned | UnitResult]) -> Planned | UnitResult:
        try:
            return work()
        except DiagnosticError as fault:
            # Whoever waits for a lease hears of an interrupt before this step is told.
            interrupted = self._interrupted or self.holding.interrupts.requested()
            outcome = Outcome.CANCELLED if interrupted else Outcome.FAILED
            return self._finish(part, outcome, fault.diagnostics)
        except BaseException:
            self._let_go(part.address)
            raise

    def _finish(
        self,
        part: RunUnit,
        outcome: Outcome,
        why: tuple[Diagnostic, ...] = (),
        counts: ResourceCounts | None = None,
    ) -> UnitResult:
        """Record an outcome that changed nothing, or not everything, and let go."""
        result = UnitResult(part.address, outcome, self._seconds(part), counts or ResourceCounts(), why)
        opened = self._open.get(part.address)
        try:
            if opened is not None and opened.applying and opened.work and opened.attempt:
                self.journal.halfway(opened.work, opened.attempt.mark(), result)
            else:
                self.journal.result(result)
        except DiagnosticError as fault:
            result = replace(result, outcome=Outcome.FAILED, diagnostics=(*why, *fault.diagnostics))
        return self._close(result)

    def _close(self, result: UnitResult) -> UnitResult:
        self._let_go(result.address)
        self.reporter.report(UnitFinished(result))
        return result

    def _let_go(self, address: UnitAddress) -> None:
        opened = self._open.pop(address, None)
        try:
            if opened is not None and opened.attempt is not None:
                opened.attempt.close()
        finally:
            # A lease that can't be given back runs out by itself.
            with suppress(DiagnosticError):
                self.holding.release(address)

    def _attempts(self) -> list[Attempt]:
        return [item.attempt for item in list(self._open.values()) if item.attempt is not None]

    def _seconds(self, part: RunUnit) -> float:
        opened = self._open.get(part.address)
        return time.monotonic() - opened.started if opened else 0.0

    def _enter(self, part: RunUnit, phase: Phase, note: str = "") -> None:
        self.reporter.report(PhaseEntered(part.address, phase, note))

    def _waits(self, part: RunUnit, held: Held) -> None:
        self._waiting.add(part.address)
        self._enter(part, Phase.WAITING, f"held by {held.holder}")


def _stateless(address: UnitAddress) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"{address} has no state after its apply",
            "look into its log, and at who else writes to its backend",
        )
    )


def _stale(address: UnitAddress) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the saved plan of {address} is for other settings than the fleet has now",
            "make a new plan: cellwright plan -o FILE",
        )
    )
