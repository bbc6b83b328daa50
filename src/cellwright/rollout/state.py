"""Where a rollout stands: a value that the machine makes anew with each step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cellwright.rollout.plan import RolloutPlan


class RolloutStatus(Enum):
    """Where a rollout stands as a whole."""

    PENDING = "pending"
    """Recorded; nothing has begun."""
    RUNNING = "running"
    BAKING = "baking"
    """A wave is over and left alone for a while."""
    WAITING = "waiting"
    """A step, or a freeze, keeps the next cells from beginning."""
    PAUSED = "paused"
    """Nothing begins; what has begun goes on."""
    HALTING = "halting"
    """Nothing begins any more; what has begun is finished first."""
    HALTED = "halted"
    """Stopped before its end; `retry` goes on."""
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    """Stopped, and another rollout has changed cells of it since: it can't go on."""

    @property
    def is_active(self) -> bool:
        """Tell whether it still holds its cells."""
        return self in _ACTIVE


_ACTIVE = frozenset(
    {
        RolloutStatus.PENDING,
        RolloutStatus.RUNNING,
        RolloutStatus.BAKING,
        RolloutStatus.WAITING,
        RolloutStatus.PAUSED,
        RolloutStatus.HALTING,
    }
)


class Phase(Enum):
    """Where a cell stands in a rollout."""

    WAITING = "waiting"
    STARTING = "starting"
    """Its run has an id; whether the run was submitted is in the ledger."""
    RUNNING = "running"
    OVERDUE = "overdue"
    """It counts as failed, and its run has not ended yet."""
    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    """Nothing was to be done."""
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to the cell in this attempt."""
        return self in OVER

    @property
    def is_at_work(self) -> bool:
        """Tell whether a run of it may be under way."""
        return self in AT_WORK


OVER = frozenset({Phase.SUCCEEDED, Phase.UNCHANGED, Phase.FAILED, Phase.SKIPPED})
AT_WORK = frozenset({Phase.STARTING, Phase.RUNNING, Phase.OVERDUE})
LOST = frozenset({Phase.OVERDUE, Phase.FAILED})


class CellProgress(NamedTuple):
    """Where one cell stands. A named tuple: a step makes many of them."""

    phase: Phase = Phase.WAITING
    attempt: int = 0
    """How many runs it had."""
    run: str = ""
    """The id of its newest run."""
    begun: int = 0
    """Milliseconds since 1970; so is `ended`."""
    ended: int = 0
    why: str = ""
    """Why it failed or was skipped."""


class StepKey(NamedTuple):
    """Which step is meant."""

    stage: int
    when: str
    """`before` or `after`."""
    place: int


class StepState(Enum):
    """Where a step stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    """The check could not tell."""


class StepProgress(NamedTuple):
    """Where one step stands."""

    state: StepState = StepState.OPEN
    attempt: int = 0
    """How often it was begun anew; a result of an earlier attempt counts for nothing."""
    by: str = ""
    why: str = ""


OPEN_STEP = StepProgress()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutState:
    """Everything that changes while a rollout goes on."""

    status: RolloutStatus = RolloutStatus.PENDING
    stage: int = 0
    """The place of the stage that it is at."""
    cells: tuple[CellProgress, ...] = ()
    """In the order of the plan."""
    steps: Mapping[StepKey, StepProgress] = field(default_factory=dict)
    baked: int = 0
    """Milliseconds of the stage's bake that are over, without those since `bake_since`."""
    bake_since: int | None = None
    """Since when the stage bakes; None: it does not, or is paused."""
    expedited: bool = False
    """Bakes are skipped, but for the first wave's."""
    ends_as: RolloutStatus = RolloutStatus.HALTED
    """While it is halting: what it is once nothing is at work."""
    why: str = ""
    """Why it stands where it stands."""

    def with_bake_held(self, now: int) -> "RolloutState":
        """Stop the bake's clock."""
        if self.bake_since is None:
            return self
        # At least 1: what was begun is not counted from the last cell's end again.
        baked = max(1, self.baked + max(0, now - self.bake_since))
        return replace(self, baked=baked, bake_since=None)


def first_state(plan: "RolloutPlan") -> RolloutState:
    """The state of a rollout of which nothing has begun."""
    return RolloutState(cells=(CellProgress(),) * len(plan.cells))
