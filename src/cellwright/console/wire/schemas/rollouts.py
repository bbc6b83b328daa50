"""Rollouts."""

from pydantic import BaseModel, Field

from cellwright.console.wire.problems import DiagnosticPart
from cellwright.console.wire.schemas.runs import CountsPart, PlanPart

_NEXT = Field(description="The cursor of the next page; null on the last one.")


class RolloutPart(BaseModel):
    """A rollout, without its cells."""

    rollout: str
    strategy: str
    commit: str
    status: str
    why: str = Field(description="Why it stands as it does; empty for who may not see all its cells.")
    by: str
    made_at: str
    changed_at: str
    reason: str
    cells: dict[str, int] = Field(description="How many cells stand where.")


class Rollouts(BaseModel):
    """Rollouts, the newest first."""

    rollouts: list[RolloutPart]
    next: str | None = _NEXT


class StepPart(BaseModel):
    """What has to be passed before a wave begins, or after it was baked."""

    step: str
    kind: str
    state: str = Field(description="open, passed, failed, or unreadable: a check that could not tell.")
    by: str = Field(description="Who answered it, if a person did.")
    why: str


class WavePart(BaseModel):
    """A wave, where its cells stand, and its rules; times are seconds."""

    name: str
    wave: str = Field(description="In fleet.yaml; its size may cut it into several.")
    max_parallel: int
    failure_mode: str
    bake: int
    deadline: int | None
    current: bool
    cells: dict[str, int]
    before: list[StepPart]
    after: list[StepPart]


class BudgetPart(BaseModel):
    """How many cells may fail."""

    wave: str | None = Field(description="null: of all waves that have no budget of their own.")
    tolerated: int
    cells: int
    min_finished: int
    parallel: int = Field(description="So many are changed at once at most.")
    failed: int = Field(description="So many may have failed once nothing is at work any more.")


class WorstPart(BaseModel):
    """What a rollout can lose before it stops by itself."""

    failed: int
    budgets: list[BudgetPart]


class GroupPart(BaseModel):
    """Plans that wait and do the same; who approves them approves all later ones of this rollout, too."""

    group: str = Field(description="Its name for an answer.")
    shape: str
    operation: str
    since: str
    units: list[str]
    runs: list[str] = Field(description="The run of each unit, in the same order.")
    resources: CountsPart
    plan: PlanPart = Field(description="What the first of them does.")


class FailedCellPart(BaseModel):
    """A cell that failed."""

    cell: str
    run: str | None


class FailurePart(BaseModel):
    """Cells that failed, or were skipped, for one reason."""

    phase: str
    why: str
    count: int
    cells: list[FailedCellPart] = Field(description="The first of them.")


class Rollout(RolloutPart):
    """A rollout with its waves, failures and what waits; its cells have pages of their own."""

    rollback_of: str | None = Field(description="The rollout that it takes back.")
    waves: list[WavePart]
    worst_case: WorstPart | None = Field(description="null for who may not see all its cells.")
    waits_for_approval: bool = Field(description="Between waves.")
    waiting_plans: list[GroupPart]
    failures: list[FailurePart]


class RolloutCellPart(BaseModel):
    """A cell's part in a rollout."""

    wave: str
    cell: str
    phase: str
    attempt: int
    run: str | None
    begun: str | None
    ended: str | None
    why: str


class RolloutCells(BaseModel):
    """Cells of a rollout, in its order."""

    cells: list[RolloutCellPart]
    next: str | None = _NEXT


class SimulatedCellPart(BaseModel):
    """A cell that would be changed."""

    cell: str
    units: int = Field(description="How many of its units have something to do.")


class SimulatedWavePart(BaseModel):
    """A wave that would be; times are seconds."""

    name: str
    wave: str = Field(description="In fleet.yaml; its size may cut it into several.")
    max_parallel: int
    failure_mode: str
    bake: int
    deadline: int | None
    before: list[str]
    after: list[str]
    cells: list[SimulatedCellPart]


class Simulated(BaseModel):
    """Who would change when; nothing was begun."""

    strategy: str
    commit: str | None
    waves: list[SimulatedWavePart]
    worst_case: WorstPart
    warnings: list[DiagnosticPart]
    suspended: list[str] = Field(description="Cells that have something to change and are left out.")
    seen: str = Field(description="Name it when you start: a rollout that would be another one is refused.")


class Started(BaseModel):
    """A rollout that was recorded, and what it does."""

    rollout: RolloutPart
    prepared: Simulated
    left_out: list[str] = Field(description="Of a rollback: cells that did not exist at that commit.")
