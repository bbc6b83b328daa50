"""A stand-in for ledger and runs: begins what the machine says, and lets runs end as a test likes."""

from dataclasses import dataclass, field, replace
from itertools import count

from cellwright.model.settings.rollout_settings import FreezeSettings, RolloutSettings
from cellwright.rollout.cells import KnownCell
from cellwright.rollout.machine import Decisions, Facts, RunFact, step
from cellwright.rollout.plan import Freeze, RolloutPlan, make_plan
from cellwright.rollout.state import (
    LOST,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
    first_state,
)
from cellwright.rollout.waves import assign

MINUTE = 60_000
HOUR = 60 * MINUTE


def plan_of(strategy: RolloutSettings, cells: list[KnownCell], *freezes: FreezeSettings) -> RolloutPlan:
    """The plan of a strategy over these cells, which must have no faults."""
    found = assign(strategy, cells)
    assert not found.findings
    return make_plan(strategy, found.waves, {cell.address: cell for cell in cells}, freezes)


@dataclass(slots=True)
class World:
    """A rollout, and all that is outside of it."""

    plan: RolloutPlan
    now: int = 1_000_000
    state: RolloutState = field(init=False)
    runs: dict[str, RunFact] = field(default_factory=dict)
    """The runs that were submitted."""
    attempts: list[tuple[int, int]] = field(default_factory=list)
    """Cells and attempts, in the order in which runs were submitted."""
    gone: dict[int, str] = field(default_factory=dict)
    frozen: dict[int, Freeze] = field(default_factory=dict)
    steps: dict[StepKey, StepProgress] = field(default_factory=dict)
    last: Decisions = field(init=False)
    _ids: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.state = first_state(self.plan)
        self.last = Decisions(state=self.state)

    def step(self, *, dies: bool = False) -> RolloutStatus:
        """One step of the machine; if the process `dies`, nothing is submitted."""
        facts = Facts(
            dict(self.runs), lambda place: self.gone.get(place, ""), dict(self.frozen), dict(self.steps)
        )
        self.last = step(self.plan, self.state, facts, self.now, lambda: f"run-{next(self._ids)}")
        self.state = self.last.state
        for place in () if dies else self.last.begin:
            cell = self.state.cells[place]
            assert cell.run not in self.runs
            self.runs[cell.run] = RunFact(Phase.RUNNING)
            self.attempts.append((place, cell.attempt))
        return self.state.status

    def settle(self) -> RolloutStatus:
        """Steps until nothing changes."""
        while True:
            before = self.state
            self.step()
            if self.state == before:
                return self.state.status

    def end(self, *places: int, phase: Phase = Phase.SUCCEEDED) -> None:
        """Let the runs of these cells end."""
        for place in places or self.at_work:
            run = self.state.cells[place].run
            self.runs[run] = replace(self.runs[run], phase=phase, ended=self.now)

    def finish(self, *places: int, phase: Phase = Phase.SUCCEEDED) -> RolloutStatus:
        """As `end`, and go on."""
        self.end(*places, phase=phase)
        return self.settle()

    def after(self, milliseconds: int) -> RolloutStatus:
        """Let time pass, and go on."""
        self.now += milliseconds
        return self.settle()

    def answer(self, key: StepKey, state: StepState = StepState.PASSED, why: str = "") -> RolloutStatus:
        """Answer a step, or give a check's result."""
        attempt = self.state.steps.get(key, StepProgress()).attempt
        self.steps[key] = StepProgress(state, attempt, "ada", why)
        return self.settle()

    def ask(self, state: RolloutState) -> RolloutStatus:
        """Take the state that a request has made, and go on."""
        self.state = state
        return self.settle()

    @property
    def at_work(self) -> list[int]:
        """The cells whose runs are under way."""
        return [place for place, cell in enumerate(self.state.cells) if cell.phase.is_at_work]

    @property
    def failed(self) -> int:
        """How many cells count as failed."""
        return sum(cell.phase in LOST for cell in self.state.cells)
