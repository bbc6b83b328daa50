"""Whatever happens in whichever order: no budget is overrun, nothing begins twice, or after a halt."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.rollout_settings import Amount, StepSettings, WaveSettings
from cellwright.rollout import requests
from cellwright.rollout.plan import Stage
from cellwright.rollout.state import (
    LOST,
    OVER,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)
from cellwright.rollout.worst_case import worst_case
from examples import examples
from unit.rollout.fleets import APPROVAL, CHECK, cell, strategy, wave
from unit.rollout.world import MINUTE, World, plan_of

AMOUNTS = st.builds(Amount, st.integers(1, 8)) | st.builds(Amount, st.integers(1, 100), st.just(True))
LIMITS = st.just(Amount(0)) | AMOUNTS
STEPS: st.SearchStrategy[tuple[StepSettings, ...]] = st.sampled_from(
    [(), (), (), (APPROVAL,), (CHECK, APPROVAL)]
)
BEGINS = {RolloutStatus.PENDING, RolloutStatus.RUNNING, RolloutStatus.WAITING, RolloutStatus.BAKING}


@st.composite
def waves(draw: st.DrawFn) -> list[WaveSettings]:
    """Two waves, with anything that a wave may say."""
    return [
        wave(
            name,
            *selectors,
            size=draw(st.none() | AMOUNTS),
            max_parallel=draw(AMOUNTS),
            max_failures=draw(st.none() | LIMITS),
            min_finished=draw(st.integers(0, 5)),
            failure_mode=draw(st.sampled_from([None, "soft", "strict"])),
            bake=draw(st.sampled_from([0, 600])),
            deadline=draw(st.none() | st.just(300)),
            before=draw(STEPS),
            after=draw(STEPS),
        )
        for name, selectors in (("first", ("ring=first",)), ("rest", ()))
    ]


class Rollouts(RuleBasedStateMachine):
    """One rollout, people who ask things of it, processes that die, and runs that end as they like."""

    @initialize(
        parts=waves(),
        rings=st.lists(st.sampled_from(["first", "rest"]), min_size=1, max_size=14),
        limit=LIMITS,
        mode=st.sampled_from(["soft", "strict"]),
    )
    def start(self, parts: list[WaveSettings], rings: list[str], limit: Amount, mode: str) -> None:
        fleet = [cell("below", level="base", ring="first")]
        for number, ring in enumerate(rings):
            needs = ("base/below",) if number % 4 == 3 else ()
            fleet.append(cell(f"c{number:02}", needs, ring=ring))
        if "rest" not in rings:
            fleet.append(cell("last", ring="rest"))
        self.world = World(plan_of(strategy(*parts, max_failures=limit, failure_mode=mode), fleet))
        self.is_clock_right = True
        self.stopped_at: int | None = None
        """How many runs were submitted when nothing more was to begin."""

    @rule(dies=st.booleans())
    def step(self, dies: bool) -> None:  # noqa: FBT001  drawn
        before = len(self.world.attempts)
        status = self.world.state.status
        self.world.step(dies=dies)
        if self.stopped_at is not None:
            assert len(self.world.attempts) == self.stopped_at
        if status not in BEGINS:
            assert len(self.world.attempts) == before
        self._look_at_what_began(before)

    @rule(pick=st.integers(0, 20), phase=st.sampled_from([Phase.SUCCEEDED, Phase.UNCHANGED, Phase.FAILED]))
    def end_a_run(self, pick: int, phase: Phase) -> None:
        running = [
            place for place in self.world.at_work if self.world.state.cells[place].run in self.world.runs
        ]
        if running:
            self.world.end(running[pick % len(running)], phase=phase)

    @rule(phase=st.sampled_from([Phase.SUCCEEDED, Phase.FAILED]))
    def end_all_runs(self, phase: Phase) -> None:
        for place in self.world.at_work:
            if self.world.state.cells[place].run in self.world.runs:
                self.world.end(place, phase=phase)

    @rule(minutes=st.sampled_from([1, 4, 10]))
    def pass_time(self, minutes: int) -> None:
        self.world.now += minutes * MINUTE

    @rule(minutes=st.sampled_from([-600, -5, 600]))
    def set_the_clock(self, minutes: int) -> None:
        self.world.now = max(1, self.world.now + minutes * MINUTE)
        # By such a clock nobody can tell how long a wave was left alone.
        self.is_clock_right = False

    @rule(pick=st.integers(0, 20))
    def lose_a_cell(self, pick: int) -> None:
        if len(self.world.gone) < 2:
            self.world.gone[pick % len(self.world.plan.cells)] = "it has left the fleet"

    @rule(state=st.sampled_from([StepState.PASSED, StepState.PASSED, StepState.FAILED, StepState.UNREADABLE]))
    def finish_a_check(self, state: StepState) -> None:
        for key in self.world.last.checks:
            known = self.world.state.steps.get(key, StepProgress())
            self.world.steps[key] = StepProgress(state, known.attempt, "", "")

    @rule(passed=st.booleans())
    def answer(self, passed: bool) -> None:  # noqa: FBT001  drawn
        self._ask(lambda state: requests.answered(self.world.plan, state, "ada", "", passed=passed))

    @rule()
    def pause(self) -> None:
        if self._ask(lambda state: requests.paused(state, self.world.now, "")):
            self.stopped_at = len(self.world.attempts)

    @rule()
    def resume(self) -> None:
        if self._ask(requests.resumed):
            self.stopped_at = None

    @rule()
    def expedite(self) -> None:
        self._ask(requests.expedited)

    @rule()
    def halt(self) -> None:
        if self._ask(lambda state: requests.halted(state, "")):
            self.stopped_at = len(self.world.attempts)

    @rule()
    def cancel(self) -> None:
        if self._ask(lambda state: requests.cancelled(state, "")):
            self.stopped_at = len(self.world.attempts)

    @precondition(lambda self: not self.world.state.status.is_active)
    @rule()
    def retry(self) -> None:
        if self._ask(lambda state: requests.retried(self.world.plan, state)):
            self.stopped_at = None

    def _ask(self, change: Callable[[RolloutState], RolloutState]) -> bool:
        with suppress(DiagnosticError):
            self.world.state = change(self.world.state)
            return True
        return False

    def _look_at_what_began(self, before: int) -> None:
        """What begins is of the first wave that is not over; all before it is passed and baked."""
        state, plan = self.world.state, self.world.plan
        for place, _ in self.world.attempts[before:]:
            stage = plan.stage_of(place)
            for index, earlier in enumerate(plan.stages[: plan.stages.index(stage)]):
                assert all(state.cells[other].phase in OVER for other in earlier.cells)
                self._assert_passed(index, earlier, "after", len(earlier.after))
                self._assert_baked(earlier)
            self._assert_passed(plan.stages.index(stage), stage, "before", len(stage.before))

    def _assert_passed(self, index: int, _: Stage, when: str, count: int) -> None:
        for place in range(count):
            assert self.world.state.steps[StepKey(index, when, place)].state is StepState.PASSED

    def _assert_baked(self, stage: Stage) -> None:
        cells = [self.world.state.cells[place] for place in stage.cells]
        ends = [item.ended for item in cells if item.phase in (Phase.SUCCEEDED, Phase.FAILED)]
        if self.is_clock_right and ends and (stage.is_canary or not self.world.state.expedited):
            assert self.world.now >= max(ends) + stage.bake

    @invariant()
    def no_budget_is_overrun(self) -> None:
        plan, cells = self.world.plan, self.world.state.cells
        cases = {case.budget: case for case in worst_case(plan).cases}
        for index, budget in enumerate(plan.budgets):
            members = [place for stage in plan.stages if stage.budget == index for place in stage.cells]
            failed = sum(cells[place].phase in LOST for place in members)
            assert failed <= (cases[budget].failed if budget in cases else 0)

    @invariant()
    def no_more_at_once_than_may_be(self) -> None:
        at_work = Counter(self.world.plan.stage_of(place).name for place in self.world.at_work)
        assert len(at_work) <= 1
        for stage in self.world.plan.stages:
            assert at_work[stage.name] <= stage.parallel

    @invariant()
    def no_attempt_begins_twice(self) -> None:
        assert max(Counter(self.world.attempts).values(), default=0) <= 1

    @invariant()
    def attempts_are_counted(self) -> None:
        made = Counter(place for place, _ in self.world.attempts)
        for place, item in enumerate(self.world.state.cells):
            assert made[place] in (item.attempt, item.attempt - 1)


TestRollouts = Rollouts.TestCase
TestRollouts.settings = settings(
    max_examples=examples(60),
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
