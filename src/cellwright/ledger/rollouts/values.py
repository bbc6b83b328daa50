"""What the ledger says of a rollout."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cellwright.ledger.audit import EventDraft
from cellwright.model.address import CellAddress
from cellwright.model.value import Json
from cellwright.rollout.machine import RunFact
from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.state import AT_WORK, RolloutState, RolloutStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRollout:
    """A rollout that is about to be recorded."""

    id: str
    strategy: str
    commit: str
    made_by: str
    reason: str
    plan: RolloutPlan
    task: Json
    """For whom, and how its runs are carried out; must hold no sensitive value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutSummary:
    """A rollout without its cells."""

    id: str
    strategy: str
    commit: str
    made_by: str
    made_at: str
    """UTC, ISO 8601; so is `changed_at`."""
    reason: str
    status: RolloutStatus
    why: str
    changed_at: str
    phases: Mapping[str, int] = field(default_factory=dict)
    """How many cells stand where."""

    @property
    def at_work(self) -> bool:
        """Whether a run of a cell may be under way."""
        return any(self.phases.get(phase.value) for phase in AT_WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRecord:
    """A rollout as it is, with all its cells."""

    summary: RolloutSummary
    plan: RolloutPlan
    state: RolloutState
    task: Json

    @property
    def id(self) -> str:
        """Its id."""
        return self.summary.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a rollout in one transaction."""

    state: RolloutState
    look_at: int | None = None
    events: tuple[EventDraft, ...] = ()


Decide = Callable[[RolloutRecord, Mapping[str, RunFact], int], Change]
"""From what the ledger has (its runs by id), and its clock in milliseconds, to what becomes of it."""


@dataclass(frozen=True, slots=True)
class HeldCell:
    """A cell that an active rollout has."""

    cell: CellAddress
    rollout: str
