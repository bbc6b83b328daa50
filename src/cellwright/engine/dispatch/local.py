"""The local dispatcher: carries a run's units through the unit step with threads of this process."""

from collections import deque
from collections.abc import Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.engine.approval import Approver, Interrupts
from cellwright.engine.dispatch.schedule import Schedule
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.plan import PlanSummary
from cellwright.model.progress import Phase, PhaseEntered, Reporter, SilentReporter
from cellwright.model.run import Outcome, RunUnit, UnitResult

_GOOD = frozenset({Outcome.APPLIED, Outcome.UNCHANGED})
_TICK = 0.1
"""Seconds between looks at whether the person wants to stop."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A unit whose plan is made, saved and held under its lease, waiting to be applied or given up."""

    part: RunUnit
    summary: PlanSummary


class UnitStep(Protocol):
    """What is done with one unit of a run; re-entrant, called from several threads for different units."""

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        """Plan the unit, or finish it if there is nothing to apply."""

    def apply(self, planned: Planned) -> UnitResult:
        """Apply exactly that plan."""

    def abandon(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...] = ()) -> UnitResult:
        """Finish the unit without applying anything; lets go whatever is held for it."""

    def interrupt(self, level: int) -> None:
        """Ask whatever runs to stop (1) or end it (2)."""

    def waiting(self) -> Collection[UnitAddress]:
        """The units that are being planned and wait for somebody else to let go of them."""


@dataclass(slots=True)
class LocalDispatcher:
    """Runs a schedule. One thread (the caller's) decides; `parallel` threads work.

    A unit that somebody else holds takes nobody's place: as many again may wait. Plans that were made are
    asked for when nothing works any more, even if units still wait: two runs that wait for each other's units
    while they hold plans would else wait for ever.
    """

    step: UnitStep
    approver: Approver
    interrupts: Interrupts
    parallel: int
    preapproved: bool
    """Plans go straight to apply; else those made so far are asked for when nothing else can run."""
    reporter: Reporter = field(default_factory=SilentReporter)
    ordered: bool = True
    """False for a run that only plans: nothing waits for an upstream's apply."""
    _results: dict[UnitAddress, UnitResult] = field(init=False, default_factory=dict)
    _queue: deque[RunUnit] = field(init=False, default_factory=deque)
    _running: dict[Future[Planned | UnitResult], RunUnit] = field(init=False, default_factory=dict)
    _awaiting: dict[UnitAddress, Planned] = field(init=False, default_factory=dict)
    _approved: deque[Planned] = field(init=False, default_factory=deque)
    _interrupted: int = field(init=False, default=0)

    def carry_out(self, schedule: Schedule) -> tuple[UnitResult, ...]:
        """Take every unit to its outcome; returns the results in address order."""
        pool = ThreadPoolExecutor(self.parallel + self._may_wait, thread_name_prefix="unit")
        try:
            self._loop(pool, schedule)
        finally:
            pool.shutdown(wait=True)
        return tuple(self._results[address] for address in sorted(self._results))

    def _loop(self, pool: ThreadPoolExecutor, schedule: Schedule) -> None:
        while True:
            self._look_for_interrupt()
            if not self._interrupted:
                self._queue.extend(schedule.ready())
                self._feed(pool)
            if self._awaiting and not self._working:
                self._ask(schedule)
            elif self._running:
                self._collect(schedule)
            elif self._interrupted or not (self._queue or self._approved or schedule.left()):
                break
        left = (schedule.parts[address] for address in schedule.left())
        for part in (*(planned.part for planned in self._approved), *self._queue, *left):
            self._results[part.address] = self.step.abandon(part, Outcome.CANCELLED)

    @property
    def _working(self) -> int:
        return len(self._running) - len(self.step.waiting())

    @property
    def _may_wait(self) -> int:
        return 2 * self.parallel

    def _feed(self, pool: ThreadPoolExecutor) -> None:
        """Start what may start: approved plans first, they hold leases."""
        plan = self._whole if self.preapproved else self.step.plan
        while self._working < self.parallel:
            if self._approved:
                planned = self._approved.popleft()
                self._running[pool.submit(self.step.apply, planned)] = planned.part
            elif self._queue and len(self._running) < self._may_wait:
                part = self._queue.popleft()
                self._running[pool.submit(plan, part)] = part
            else:
                return

    def _whole(self, part: RunUnit) -> Planned | UnitResult:
        planned = self.step.plan(part)
        if isinstance(planned, UnitResult):
            return planned
        if self._interrupted:
            return self.step.abandon(part, Outcome.CANCELLED)
        return self.step.apply(planned)

    def _collect(self, schedule: Schedule) -> None:
        done, _ = wait(self._running, timeout=_TICK, return_when=FIRST_COMPLETED)
        for future in done:
            part = self._running.pop(future)
            found = future.result()
            if isinstance(found, Planned):
                self._awaiting[part.address] = found
                self.reporter.report(PhaseEntered(part.address, Phase.AWAITING_APPROVAL))
            else:
                self._finish(schedule, found)

    def _finish(self, schedule: Schedule, result: UnitResult) -> None:
        self._results[result.address] = result
        if result.outcome in _GOOD or not self.ordered:
            schedule.succeeded(result.address)
            return
        reason = error(
            f"not run: {result.address} {_ended(result.outcome)}",
            "mend that, then: cellwright resume",
        )
        for lost in schedule.failed(result.address):
            self._results[lost] = self.step.abandon(schedule.parts[lost], Outcome.SKIPPED, (reason,))

    def _ask(self, schedule: Schedule) -> None:
        plans: Mapping[UnitAddress, PlanSummary] = {
            address: planned.summary for address, planned in sorted(self._awaiting.items())
        }
        outcome, why = Outcome.SKIPPED, _NOT_APPROVED
        try:
            approved = not self._interrupted and self.approver.approve(plans)
        except DiagnosticError as fault:
            approved, outcome, why = False, Outcome.FAILED, fault.diagnostics
        self._look_for_interrupt()
        asked = tuple(self._awaiting.values())
        self._awaiting.clear()
        if approved:
            self._approved.extend(asked)
            return
        if self._interrupted:
            outcome, why = Outcome.CANCELLED, ()
        for planned in asked:
            self._finish(schedule, self.step.abandon(planned.part, outcome, why))

    def _look_for_interrupt(self) -> None:
        level = self.interrupts.requested()
        if level > self._interrupted:
            self._interrupted = level
            self.step.interrupt(level)


_NOT_APPROVED: tuple[Diagnostic, ...] = (
    error("the plan was not approved", "nothing was applied; run apply again to decide anew"),
)


def _ended(outcome: Outcome) -> str:
    return {
        Outcome.FAILED: "failed",
        Outcome.BLOCKED: "is blocked",
        Outcome.SKIPPED: "was not run",
        Outcome.CANCELLED: "was cancelled",
    }.get(outcome, f"ended as {outcome.value}")
