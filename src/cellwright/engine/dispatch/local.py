"""The local dispatcher: carries a run's units through the unit step with threads of this process."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from cellwright.engine.approval import Interrupts
from cellwright.engine.dispatch.questions import Questions
from cellwright.engine.dispatch.schedule import Schedule
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import UnitStep
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.progress import Phase, PhaseEntered, Reporter, SilentReporter
from cellwright.model.runs.run import Outcome, RunUnit, UnitResult

_GOOD = frozenset({Outcome.APPLIED, Outcome.UNCHANGED})
_TICK = 0.1
"""Seconds between looks at whether somebody wants to stop."""


@dataclass(slots=True)
class LocalDispatcher:
    """Runs a schedule. One thread (the caller's) decides; `parallel` threads work.

    A unit that somebody else holds takes nobody's place: as many again may wait. The person beside the run is
    asked when nothing works any more, even if units still wait: two runs that wait for each other's units
    while they hold plans would else wait for ever. Anybody else may answer for a plan as soon as it is made.
    """

    step: UnitStep
    questions: Questions
    interrupts: Interrupts
    parallel: int
    preapproved: bool
    """Plans go straight to apply, and nobody is asked."""
    reporter: Reporter = field(default_factory=SilentReporter)
    ordered: bool = True
    """False for a run that only plans: nothing waits for an upstream's apply, no wave for the one before."""
    why_stopped: Callable[[], tuple[Diagnostic, ...]] = tuple
    """What to say of the units that an interrupt cancels."""
    _results: dict[UnitAddress, UnitResult] = field(init=False, default_factory=dict)
    _queue: deque[RunUnit] = field(init=False, default_factory=deque)
    _running: dict[Future[Planned | UnitResult], RunUnit] = field(init=False, default_factory=dict)
    _approved: deque[Planned] = field(init=False, default_factory=deque)
    _interrupted: int = field(init=False, default=0)

    def carry_out(self, schedule: Schedule) -> tuple[UnitResult, ...]:
        """Take every unit to its outcome; returns the results in the order of its parts."""
        pool = ThreadPoolExecutor(self.parallel + self._may_wait, thread_name_prefix="unit")
        try:
            self._loop(pool, schedule)
        finally:
            self.questions.close()
            pool.shutdown(wait=True)
        return tuple(self._results[address] for address in schedule.parts if address in self._results)

    def _loop(self, pool: ThreadPoolExecutor, schedule: Schedule) -> None:
        while self._decide(pool, schedule):
            if self._running:
                self._collect(schedule)
            else:
                self.questions.wait(_TICK)
        left = (schedule.parts[address] for address in schedule.left())
        for part in (*(planned.part for planned in self._approved), *self._queue, *left):
            self._results[part.address] = self._cancel(part)

    def _decide(self, pool: ThreadPoolExecutor, schedule: Schedule) -> bool:
        """Start what may start; tell whether anything is left to wait for."""
        self._look_for_interrupt()
        if self._interrupted:
            for planned in self.questions.close():
                self._finish(schedule, self._cancel(planned.part))
            return bool(self._running)
        self._take_answers(schedule)
        self._queue.extend(schedule.ready())
        self._feed(pool)
        if not self._working:
            self.questions.put()
        return bool(self._running or self.questions.are_open)

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
        return self._cancel(part) if self._interrupted else self.step.apply(planned)

    def _collect(self, schedule: Schedule) -> None:
        done, _ = wait(self._running, timeout=_TICK, return_when=FIRST_COMPLETED)
        for future in done:
            part = self._running.pop(future)
            found = future.result()
            if isinstance(found, UnitResult):
                self._finish(schedule, found)
            elif self._interrupted:
                self._finish(schedule, self._cancel(part))
            else:
                self.questions.add(found)
                self.reporter.report(PhaseEntered(part.address, Phase.AWAITING_APPROVAL))

    def _take_answers(self, schedule: Schedule) -> None:
        approved, refused = self.questions.answered()
        self._approved.extend(approved)
        for refusal in refused:
            ended = self.step.abandon(refusal.planned.part, refusal.outcome, refusal.why)
            self._finish(schedule, ended)

    def _finish(self, schedule: Schedule, result: UnitResult) -> None:
        self._results[result.address] = result
        if result.outcome in _GOOD or not self.ordered:
            schedule.succeeded(result.address)
            return
        ended = f"{result.address} {_ended(result.outcome)}"
        self._skip(schedule, schedule.failed(result.address), f"not run: {ended}")
        wave = schedule.parts[result.address].wave
        self._skip(schedule, schedule.stop_after(wave), f"not run: wave {wave} did not succeed: {ended}")

    def _skip(self, schedule: Schedule, units: tuple[UnitAddress, ...], summary: str) -> None:
        reason = error(summary, "fix that, then: cellwright resume")
        for unit in units:
            self._results[unit] = self.step.abandon(schedule.parts[unit], Outcome.SKIPPED, (reason,))

    def _cancel(self, part: RunUnit) -> UnitResult:
        return self.step.abandon(part, Outcome.CANCELLED, self.why_stopped())

    def _look_for_interrupt(self) -> None:
        level = self.interrupts.requested()
        if level > self._interrupted:
            self._interrupted = level
            self.step.interrupt(level)


def _ended(outcome: Outcome) -> str:
    return {
        Outcome.FAILED: "failed",
        Outcome.BLOCKED: "is blocked",
        Outcome.SKIPPED: "was not run",
        Outcome.REFUSED: "was not approved",
        Outcome.CANCELLED: "was cancelled",
    }.get(outcome, f"ended as {outcome.value}")
