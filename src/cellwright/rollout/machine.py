"""The machine: from a rollout's state, what is known of its runs, and the time, to what happens next.

A pure function. Whoever calls it writes the new state down before anything else is done; what it says is to
be begun has its run's id in that state, so that a process that dies in between begins nothing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cellwright.rollout.clock import is_within, next_begin
from cellwright.rollout.plan import Freeze, RolloutPlan, Stage, Step
from cellwright.rollout.state import (
    AT_WORK,
    LOST,
    OPEN_STEP,
    OVER,
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)

BEFORE, AFTER = "before", "after"
_FROZEN_AGAIN = 30_000
"""Milliseconds until it is looked whether a freeze that was declared since the start still holds."""
_CHECKED_AGAIN = 5_000
"""Milliseconds until it is looked whether an open check still has somebody who makes it."""


def nobody_is_gone(_: int) -> str:
    """Skip no cell."""
    return ""


@dataclass(frozen=True, slots=True)
class RunFact:
    """What the ledger says of a cell's run."""

    phase: Phase
    """RUNNING, SUCCEEDED, UNCHANGED or FAILED."""
    ended: int = 0
    """Milliseconds since 1970, if it has ended."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the state."""

    runs: Mapping[str, RunFact] = field(default_factory=dict)
    """By id, the runs of cells that are at work, as far as the ledger has them."""
    gone: Callable[[int], str] = nobody_is_gone
    """Tells why the cell at a place is skipped, if nothing of it has begun: it has left the fleet since the
    start, or is suspended. Empty: it is not."""
    frozen: Mapping[int, Freeze] = field(default_factory=dict)
    """The places of cells that freezes keep which were declared since the start."""
    steps: Mapping[StepKey, StepProgress] = field(default_factory=dict)
    """Answers, and results of checks; those of an earlier attempt count for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a step has decided."""

    state: RolloutState
    begin: tuple[int, ...] = ()
    """The places of cells whose runs are to be submitted, under the ids that the state has."""
    stop: tuple[int, ...] = ()
    """The places of cells whose runs are to be cancelled."""
    checks: tuple[StepKey, ...] = ()
    """Checks that have to be made."""
    look_at: int | None = None
    """When time alone may change something, milliseconds since 1970; None: only facts can."""


def step(
    plan: RolloutPlan, state: RolloutState, facts: Facts, now: int, new_run: Callable[[], str]
) -> Decisions:
    """Go on as far as the facts and the time allow. `new_run` makes a run's id."""
    if not state.status.is_active:
        return Decisions(state=state)
    return _Machine(plan, state, facts, now, new_run).run()


class _Machine:
    """One step in the making."""

    def __init__(
        self,
        plan: RolloutPlan,
        state: RolloutState,
        facts: Facts,
        now: int,
        new_run: Callable[[], str],
    ) -> None:
        self.plan = plan
        self.state = state
        self.facts = facts
        self.now = now
        self.new_run = new_run
        self.cells = list(state.cells)
        self.begin: list[int] = []
        self.stop: list[int] = []
        self.checks: list[StepKey] = []
        self.look_at: int | None = None

    def run(self) -> Decisions:
        self._take_runs()
        self._take_answers()
        self._judge_budgets()
        status = self.state.status
        if status is RolloutStatus.HALTING:
            self._halt()
        elif status is RolloutStatus.PAUSED:
            self.state = self.state.with_bake_held(self.now)
        elif status.is_active:
            self._go_on()
        if self.state.status not in _BEGINS:
            self._put_back()
        return Decisions(
            state=replace(self.state, cells=tuple(self.cells)),
            begin=tuple(self.begin),
            stop=tuple(self.stop),
            checks=tuple(self.checks),
            look_at=self.look_at,
        )

    # What has happened

    def _take_runs(self) -> None:
        for place, cell in enumerate(self.cells):
            if cell.phase in AT_WORK:
                self._take_run(place, cell, self.facts.runs.get(cell.run))

    def _take_run(self, place: int, cell: CellProgress, fact: RunFact | None) -> None:
        if fact is None:
            # Never submitted, or its record is gone: then nobody can tell what became of it.
            if cell.phase is Phase.STARTING:
                self.begin.append(place)
            else:
                self._end(place, Phase.FAILED, self.now, "the ledger has no record of its run any more")
        elif fact.phase in OVER:
            phase = Phase.FAILED if cell.phase is Phase.OVERDUE else fact.phase
            self._end(place, phase, fact.ended or self.now, cell.why or fact.why)
        elif cell.phase is Phase.STARTING:
            self.cells[place] = cell._replace(phase=Phase.RUNNING)
        elif cell.phase is Phase.OVERDUE:
            self.stop.append(place)  # again: whoever was to stop it may have died before
        self._look_at_deadline(place)

    def _look_at_deadline(self, place: int) -> None:
        cell = self.cells[place]
        deadline = self.plan.stage_of(place).deadline
        if cell.phase is not Phase.RUNNING or deadline is None:
            return
        if self.now - cell.begun < deadline:
            self._look(cell.begun + deadline)
            return
        self.stop.append(place)
        why = f"it took longer than its deadline of {deadline // 1000} s"
        self.cells[place] = cell._replace(phase=Phase.OVERDUE, why=why)

    def _take_answers(self) -> None:
        steps = dict(self.state.steps)
        for key, found in self.facts.steps.items():
            known = steps.get(key, OPEN_STEP)
            if known.state is StepState.OPEN and found.attempt == known.attempt:
                steps[key] = found
        if steps != self.state.steps:
            self.state = replace(self.state, steps=steps)

    def _judge_budgets(self) -> None:
        """Halt if more cells have failed than a budget allows."""
        if self.state.status is RolloutStatus.HALTING:
            return
        for index, budget in enumerate(self.plan.budgets):
            failed, finished, _ = self._counts(index)
            if failed > budget.allowed(finished):
                whose = f"the wave '{budget.key}'" if budget.key else "the rollout"
                cells = "1 cell" if failed == 1 else f"{failed} cells"
                self._begin_halt(f"{cells} of {whose} failed, {budget.tolerated} may")
                return

    # What follows

    def _go_on(self) -> None:
        while self.state.stage < len(self.plan.stages):
            stage = self.plan.stages[self.state.stage]
            if not (self._steps_passed(stage.before, BEFORE) and self._work(stage) and self._baked(stage)):
                return
            if not self._steps_passed(stage.after, AFTER):
                return
            self.state = replace(
                self.state, stage=self.state.stage + 1, baked=0, bake_since=None, status=RolloutStatus.RUNNING
            )
        failed = any(cell.phase in LOST for cell in self.cells)
        status = RolloutStatus.COMPLETED_WITH_FAILURES if failed else RolloutStatus.COMPLETED
        self._enter(status, "")

    def _steps_passed(self, steps: tuple[Step, ...], when: str) -> bool:
        """Tell whether every step is passed; the first that is not decides what happens."""
        for index, item in enumerate(steps):
            key = StepKey(self.state.stage, when, index)
            known = self.state.steps.get(key, OPEN_STEP)
            if known.state is StepState.PASSED:
                continue
            if known.state is StepState.FAILED:
                self._begin_halt(f"{item.label} failed: {known.why}" if known.why else f"{item.label} failed")
                return False
            if known.state is StepState.UNREADABLE:
                self.state = self.state.with_bake_held(self.now)
                self._enter(RolloutStatus.PAUSED, f"{item.label} could not be read: {known.why}")
                return False
            if not self._pass(item, key, known):
                return False
        return True

    def _pass(self, item: Step, key: StepKey, known: StepProgress) -> bool:
        """Pass an open step, or say what it waits for."""
        if item.kind == "time":
            if is_within(item, self.now):
                passed = known._replace(state=StepState.PASSED)
                self.state = replace(self.state, steps={**self.state.steps, key: passed})
                return True
            self._look(next_begin(item, self.now))
        elif item.kind == "check":
            self.checks.append(key)
            # Whoever decides this makes it; should they die, somebody else does.
            self._look(self.now + _CHECKED_AGAIN)
        stage = self.plan.stages[key.stage]
        self._enter(RolloutStatus.WAITING, f"{key.when} wave {stage.name}: {item.label}")
        return False

    def _work(self, stage: Stage) -> bool:
        """Begin what may begin; tell whether every cell of the stage is over."""
        room = self._room(stage)
        frozen = None
        for place in stage.cells:
            if self.cells[place].phase is not Phase.WAITING:
                continue
            if self._skipped(place) or not self._needs_over(place):
                continue
            freeze = self._freeze(place)
            if freeze is not None:
                frozen = freeze
            elif room > 0:
                room -= 1
                self._start(place, stage)
        if all(self.cells[place].phase in OVER for place in stage.cells):
            return True
        if frozen is not None and not any(self.cells[place].phase in AT_WORK for place in stage.cells):
            self._enter(RolloutStatus.WAITING, f"frozen: {frozen}")
        else:
            self._enter(RolloutStatus.RUNNING, f"wave {stage.name}")
        return False

    def _start(self, place: int, stage: Stage) -> None:
        known = self.cells[place]
        self.cells[place] = CellProgress(Phase.STARTING, known.attempt + 1, self.new_run(), self.now)
        self.begin.append(place)
        if stage.deadline is not None:
            self._look(self.now + stage.deadline)

    def _room(self, stage: Stage) -> int:
        """Tell how many more cells may begin now."""
        at_work = sum(cell.phase in AT_WORK for cell in self.cells)
        room = stage.parallel - at_work
        if stage.mode == "strict":
            # As AWS StackSets: even if all that is at work fails, no more than one too many has failed.
            failed, finished, at_risk = self._counts(stage.budget)
            room = min(room, self.plan.budgets[stage.budget].allowed(finished) + 1 - failed - at_risk)
        return room

    def _counts(self, budget: int) -> tuple[int, int, int]:
        """Count a budget's cells: those that failed, those that are over, and those that may still fail."""
        failed = finished = at_risk = 0
        for stage in self.plan.stages:
            if stage.budget != budget:
                continue
            for cell in self.cells[stage.first : stage.end]:
                phase = cell.phase
                if phase in LOST:
                    failed += 1
                    finished += 1
                elif phase in OVER:
                    finished += phase is not Phase.SKIPPED
                elif phase in AT_WORK:
                    at_risk += 1
        return failed, finished, at_risk

    def _skipped(self, place: int) -> bool:
        """Skip a cell that has left, or whose outputs it takes did not come about."""
        why = self.facts.gone(place)
        for need in self.plan.cells[place].needs:
            if self.cells[need].phase in (Phase.FAILED, Phase.SKIPPED):
                why = f"{self.plan.cells[need].address}, whose outputs it takes, was not changed"
        if why:
            self._end(place, Phase.SKIPPED, self.now, why)
        return bool(why)

    def _needs_over(self, place: int) -> bool:
        return all(self.cells[need].phase in OVER for need in self.plan.cells[place].needs)

    def _freeze(self, place: int) -> str | None:
        """Tell why a cell is frozen now; None if it is not."""
        for index in self.plan.cells[place].freezes:
            freeze = self.plan.freezes[index]
            if freeze.holds(self.now):
                self._look(freeze.end)
                return freeze.reason
        later = self.facts.frozen.get(place)
        if later is not None and later.holds(self.now):
            # It may be taken back before its end, which changes no plan.
            self._look(min(later.end, self.now + _FROZEN_AGAIN))
            return later.reason
        return None

    def _baked(self, stage: Stage) -> bool:
        """Tell whether a stage of which every cell is over was left alone for long enough."""
        touched = [cell.ended for cell in self.cells[stage.first : stage.end] if cell.phase in _TOUCHED]
        if not touched or stage.bake == 0 or (self.state.expedited and not stage.is_canary):
            return True
        since = self.state.bake_since
        if since is None:
            # From the last cell's end; after a pause, from now on.
            since = min(max(touched), self.now) if self.state.baked == 0 else self.now
            self.state = replace(self.state, bake_since=since)
        if self.now < since:
            # The clock went back: what was baked since can't be told, so it does not count.
            self.state = replace(self.state, bake_since=self.now)
            since = self.now
        over = self.state.baked + self.now - since
        if over >= stage.bake:
            return True
        self._look(self.now + stage.bake - over)
        self._enter(RolloutStatus.BAKING, f"wave {stage.name}")
        return False

    def _begin_halt(self, why: str) -> None:
        self.state = self.state.with_bake_held(self.now)
        self.state = replace(self.state, ends_as=RolloutStatus.HALTED)
        self._enter(RolloutStatus.HALTING, why)
        self._halt()

    def _halt(self) -> None:
        """End once nothing is at work; runs that were never submitted are not begun any more."""
        self._put_back()
        if not any(cell.phase in AT_WORK for cell in self.cells):
            self._enter(self.state.ends_as, self.state.why)

    def _put_back(self) -> None:
        """Let the cells wait whose runs were not submitted: none of them is to be begun."""
        for place in self.begin:
            self.cells[place] = CellProgress(Phase.WAITING, self.cells[place].attempt - 1)
        self.begin.clear()

    # Small things

    def _end(self, place: int, phase: Phase, ended: int, why: str) -> None:
        self.cells[place] = self.cells[place]._replace(phase=phase, ended=ended, why=why)

    def _enter(self, status: RolloutStatus, why: str) -> None:
        if (self.state.status, self.state.why) != (status, why):
            self.state = replace(self.state, status=status, why=why)

    def _look(self, moment: int) -> None:
        self.look_at = moment if self.look_at is None else min(self.look_at, moment)


_BEGINS = frozenset({RolloutStatus.RUNNING, RolloutStatus.WAITING, RolloutStatus.BAKING})
_TOUCHED = frozenset({Phase.SUCCEEDED, Phase.FAILED})
