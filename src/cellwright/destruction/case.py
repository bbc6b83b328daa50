"""All that is known of the destruction of one client: what a certificate is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.destruction.values import Fate, Method
from cellwright.model.address import CellAddress, UnitAddress


class Finding(Enum):
    """What looking for a resource has come to, after its destruction."""

    UNREAD = "nobody has looked"
    GONE = "not found"
    STANDING = "still found"
    UNKNOWN = "can't be told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody did."""

    by: str
    at: str
    """UTC, ISO 8601."""
    vouched: str = ""
    """What vouches for the name."""
    reason: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """How long nothing was destroyed after the request."""

    seconds: int
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """A legal hold that the client had."""

    laid: Deed
    lifted: Deed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The client's data, put out before the destruction."""

    command: tuple[str, ...]
    sha256: str
    size: int
    place: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyingRun:
    """A run by which something of the client was destroyed."""

    id: str
    status: str
    by: str
    started: str
    finished: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found when somebody looked for a resource after its destruction."""

    finding: Finding = Finding.UNREAD
    detail: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """What was found of a unit's state after its destruction."""

    unit: UnitAddress
    state: str
    at: str
    state_before: str = ""
    """SHA-256 of the state from before; empty: it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCopies:
    """What became of copies of the client's states, which hold its secrets."""

    machine: str
    at: str
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    """Where the states from before the destruction are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Somebody else's judgement of the outcome."""

    deed: Deed
    """Its reason is what they found."""
    subject: str
    """Digest of what they judged."""
    settled: tuple[str, ...] = ()
    """Resources and residuals of which they say that nothing is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The destruction of one client, as the ledger has it."""

    fleet: str
    cell: CellAddress
    requested: Deed
    head: tuple[int, str]
    """Number and hash of the newest event that was read."""
    approvals: tuple[Deed, ...] = ()
    hold: Hold | None = None
    legal_holds: tuple[LegalHold, ...] = ()
    export: Export | None = None
    runs: tuple[DestroyingRun, ...] = ()
    fates: tuple[Fate, ...] = ()
    readings: Mapping[tuple[UnitAddress, str], Reading] = field(default_factory=dict)
    units: tuple[UnitReading, ...] = ()
    copies: StateCopies | None = None
    """None: it is not on record."""
    validation: Validation | None = None
    """The newest one, whatever it was about."""
    gaps: tuple[str, ...] = ()
    """What the ledger does not have on record."""

    def reading(self, fate: Fate) -> Reading:
        """Give what was found of a resource."""
        resource = fate.record.resource
        return self.readings.get((fate.record.unit, resource.address), Reading())

    def standing(self) -> tuple[Fate, ...]:
        """Give the resources that were found again after their destruction."""
        waiting = {Method.SCHEDULED, Method.RETAINED}
        return tuple(
            fate
            for fate in self.fates
            if fate.method not in waiting and self.reading(fate).finding is Finding.STANDING
        )
