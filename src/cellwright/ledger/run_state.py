"""How far each unit of a run has come, so that another process can take the run up where this one left it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.plan import ResourceCounts
from cellwright.model.run import Operation, Outcome, RunKind, RunStatus
from cellwright.model.value import Json


class UnitState(Enum):
    """Where a unit stands in a run."""

    PENDING = "pending"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    """Terraform may be changing the world, or may have changed it: the record's intent says to what."""
    FINISHED = "finished"
    """The record's outcome says how."""


ENTERED_FROM: Mapping[UnitState, frozenset[UnitState]] = {
    # Back from any unfinished state: a resumed run plans again what it can't adopt.
    UnitState.PLANNING: frozenset(
        {UnitState.PENDING, UnitState.PLANNING, UnitState.PLANNED, UnitState.APPLYING}
    ),
    # From pending too: the plan may have been made and saved by an earlier run.
    UnitState.PLANNED: frozenset({UnitState.PENDING, UnitState.PLANNING, UnitState.PLANNED}),
    UnitState.APPLYING: frozenset({UnitState.PLANNING, UnitState.PLANNED, UnitState.APPLYING}),
}
"""From which states `enter` leads to which. FINISHED is reached by recording a result, left by reopening."""


REOPENED = frozenset({Outcome.FAILED, Outcome.SKIPPED, Outcome.BLOCKED, Outcome.CANCELLED})
"""The outcomes that a resumed run tries again; the others stand."""


class TransitionError(RuntimeError):
    """A unit can't go from the state it is in to the one asked for, or is no part of the run: a bug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUnitRecord:
    """A unit's part in a run, as far as it has come."""

    address: UnitAddress
    operation: Operation
    wave: int
    state: UnitState
    outcome: Outcome | None = None
    """Set once, and only if, the state is FINISHED."""
    attempt: int = 0
    """How often planning was begun; 0 before the first time."""
    started: str | None = None
    """When the latest attempt began: UTC, ISO 8601."""
    finished: str | None = None
    seconds: float = 0.0
    resources: ResourceCounts = field(default_factory=ResourceCounts)
    diagnostics: tuple[Diagnostic, ...] = ()
    intent: Json = None
    """While applying: what to record should the apply turn out to have succeeded. As given to `enter`."""
    plan: Json = None
    """While planned: what another process needs to go on with the plan. As given to `Approvals.ask`."""


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
    """How many of them stand where: an outcome's value if finished, else the state's."""


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
    """Where the answer came from: `terminal`, `command`."""
