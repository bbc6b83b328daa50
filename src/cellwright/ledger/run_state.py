"""The state of each unit of a run, so that another process can resume the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus
from cellwright.model.runs.waiting_time import working_seconds
from cellwright.model.value import Json


class UnitState(Enum):
    """The state of a unit in a run."""

    PENDING = "pending"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    """Terraform is applying, or may have applied: the record's intent says what."""
    FINISHED = "finished"
    """The record's outcome says how."""


ENTERED_FROM: Mapping[UnitState, frozenset[UnitState]] = {
    # From any unfinished state: a resumed run plans a unit again if it can't adopt its process.
    UnitState.PLANNING: frozenset(
        {UnitState.PENDING, UnitState.PLANNING, UnitState.PLANNED, UnitState.APPLYING}
    ),
    # From pending too: the plan may have been made and saved by an earlier run.
    UnitState.PLANNED: frozenset({UnitState.PENDING, UnitState.PLANNING, UnitState.PLANNED}),
    UnitState.APPLYING: frozenset({UnitState.PLANNING, UnitState.PLANNED, UnitState.APPLYING}),
}
"""From which states `enter` may go to which. A result takes a unit to FINISHED; reopening takes it back."""


REOPENED = frozenset({Outcome.FAILED, Outcome.SKIPPED, Outcome.REFUSED, Outcome.BLOCKED, Outcome.CANCELLED})
"""The outcomes after which a resumed run tries a unit again."""


class TransitionError(RuntimeError):
    """A unit can't go from its state to the wanted one, or is not part of the run: a bug of the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUnitRecord:
    """A unit in a run: its state, and its outcome once it has one."""

    address: UnitAddress
    operation: Operation
    wave: int
    state: UnitState
    outcome: Outcome | None = None
    """Set if and only if the state is FINISHED."""
    attempt: int = 0
    """How often planning has begun."""
    started: str | None = None
    """When the latest attempt began: UTC, ISO 8601."""
    finished: str | None = None
    seconds: float = 0.0
    resources: ResourceCounts = field(default_factory=ResourceCounts)
    diagnostics: tuple[Diagnostic, ...] = ()
    intent: Json = None
    """While applying: what to record if the apply turns out to have succeeded; as given to `enter`."""
    plan: Json = None
    """While planned: what another process needs to carry on with the plan. As given to `Approvals.ask`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in a list of runs, without its units."""

    id: str
    kind: RunKind
    status: RunStatus
    actor: str
    reason: str
    started: str
    finished: str | None
    commit: str | None
    units: int
    """How many units the run has."""
    counts: Mapping[str, int]
    """How many of them by outcome, for finished ones, else by state."""
    identity: Mapping[str, Json] = field(default_factory=dict)
    """What vouches for who started it, as the event `run.started` has it; empty for a run of long ago."""
    waited: float = 0.0
    """Seconds in which it only waited for people (an answer, or to be resumed): no part of what it took."""
    begun: int = 0
    """The number of the event `run.started`; 0 for a run of long ago, or from a document."""

    @property
    def at(self) -> int | str:
        """When it began: the event's number, which no clock can set wrong, or else the time."""
        return self.begun or self.started

    @property
    def seconds(self) -> float | None:
        """How long it took, without waiting for people; None while it goes on."""
        return working_seconds(self.started, self.finished, self.waited)


class Decision(Enum):
    """What became of a question."""

    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"
    """Nobody answered before another plan took this one's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question about one plan of a run, with its answer if there is one."""

    unit: UnitAddress
    plan_digest: str
    asked_at: str
    """UTC, ISO 8601."""
    decision: Decision | None = None
    """None while nobody has answered; so are the fields below."""
    answered_by: str | None = None
    answered_at: str | None = None
    reason: str | None = None
    how: str | None = None
    """Where the answer came from: `terminal`, `command`, `command --yes`."""
