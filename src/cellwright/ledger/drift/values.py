"""What the ledger says of drift."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.drift import NO_COUNTS, DriftedResource
from cellwright.model.runs.plan import ResourceCounts

_SHORT = 12
"""So many characters of a shape name a group."""


class WindowTakenError(DiagnosticError):
    """The window of a schedule was opened before: it has its run."""


def group_name(shape: str) -> str:
    """What units of one shape are called on the command line and in addresses; empty without a shape."""
    return shape[:_SHORT]


class LookResult(Enum):
    """What a look at a unit has told."""

    CLEAN = "clean"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"
    """Terraform could not look: nothing is known, which is not the same as no drift."""


class Closed(Enum):
    """How drift has ended."""

    GONE = "gone"
    """A later look has not found it any more."""
    APPLIED = "applied"
    """The unit was applied."""
    DESTROYED = "destroyed"
    """The unit is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at a unit, by a run."""

    unit: UnitAddress
    run: str
    actor: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceHistory:
    """A resource that was found otherwise, from its first look to its last; times are UTC, ISO 8601."""

    unit: UnitAddress
    resource: DriftedResource
    first_seen: str
    first_run: str
    last_seen: str
    last_run: str
    times: int
    closed_at: str | None = None
    closed_run: str | None = None
    closed_how: Closed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDrift:
    """The newest look at a unit, and the drift that it has; times are UTC, ISO 8601."""

    unit: UnitAddress
    result: LookResult
    looked_at: str
    looked_run: str
    why: str = ""
    """Why the look has failed."""
    shape: str = ""
    digest: str = ""
    counts: ResourceCounts = NO_COUNTS
    since: str | None = None
    """When its drift was first seen; None: it has none that is known."""
    seen: str | None = None
    run: str | None = None
    """The run that has seen it last."""
    times: int = 0
    resources: tuple[ResourceHistory, ...] = ()
    """Those that are open."""

    @property
    def is_drifted(self) -> bool:
        """Tell whether it has drift that nothing has ended, also where the newest look has failed."""
        return self.since is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCounts:
    """How many units were looked at, by what the newest look has told."""

    units: Mapping[LookResult, int] = field(default_factory=dict)
    oldest: str | None = None
    """When the unit was looked at that was looked at longest ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAcknowledgement:
    """Drift that somebody takes for known, until a moment."""

    id: str
    reason: str
    until: int
    """Milliseconds since 1970."""
    unit: str = ""
    resource: str = ""
    shape: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """An acknowledgement as it is on record; times are UTC, ISO 8601."""

    id: str
    reason: str
    made_by: str
    made_at: str
    until: int
    unit: str = ""
    resource: str = ""
    shape: str = ""
    digest: str = ""
    ended_at: str | None = None
    ended_by: str | None = None

    @property
    def group(self) -> str:
        """The name of the group that it is of; empty where it is of a unit."""
        return group_name(self.shape)

    def holds(self, now: int) -> bool:
        """Tell whether it counts at a moment, in milliseconds since 1970."""
        return self.ended_at is None and now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of a schedule that was opened; times are milliseconds since 1970."""

    schedule: str
    begins: int
    ends: int
    run: str
    opened_at: str = ""
    """UTC, ISO 8601."""
    units: int = 0
    left_out: int = 0
    """Units that the budget leaves out of this window; the next one begins with them."""
