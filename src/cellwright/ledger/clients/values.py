"""What the ledger says of clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.offboarding import Phase
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The state of a client, and since when it has it."""

    cell: CellAddress
    state: ClientState
    since: str
    """UTC, ISO 8601."""
    moved_by: str
    reason: str = ""
    run: str = ""
    """The run that brings it up or destroys it; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """Nothing of a client may be destroyed, because somebody has said so."""

    id: str
    cell: CellAddress
    reason: str
    laid_by: str
    laid_at: str
    """UTC, ISO 8601; so is `lifted_at`."""
    lifted_by: str | None = None
    lifted_at: str | None = None
    lift_reason: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it was not lifted yet."""
        return self.lifted_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody besides the requester has agreed to an offboarding."""

    by: str
    at: str
    reason: str
    identity: Mapping[str, Json] = field(default_factory=dict)
    """What vouches for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecord:
    """The data export of an offboarding, by the command that fleet.yaml names."""

    command: tuple[str, ...]
    sha256: str
    """Of all that the command has printed."""
    size: int
    """Bytes that it has printed."""
    place: str
    """Where it says the data lies: the last line that it has printed."""
    seconds: float
    ended_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offboarding:
    """An offboarding with its hold, its people and its runs."""

    id: str
    cell: CellAddress
    phase: Phase
    phase_since: str
    requested_by: str
    requested_at: str
    reason: str
    back_to: ClientState
    task: Json
    hold_seconds: int
    hold_until: int | None
    """Milliseconds since 1970; None until the plans have been judged."""
    approvals_needed: int
    approvals: tuple[Approval, ...] = ()
    plan_run: str = ""
    run: str = ""
    export: ExportRecord | None = None
    why: str = ""
    """Why it does not go on; empty where nothing is wrong."""
    archived_to: str = ""
    ended_by: str | None = None
    ended_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffboarding:
    """An offboarding that is about to be recorded."""

    id: str
    cell: CellAddress
    reason: str
    back_to: ClientState
    task: Json
    """For whom, and how its runs are carried out; must hold no sensitive value."""
    hold_seconds: int
    approvals_needed: int
    plan_run: str = ""
    """The run that has planned it already; empty: none has."""


class Finding(Enum):
    """What looking for a resource has come to, after its destruction."""

    UNREAD = "unread"
    """Nobody has looked yet."""
    GONE = "gone"
    STANDING = "standing"
    UNKNOWN = "unknown"
    """It can't be told: the provider can't be asked, or the resource exists in the state only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedResource:
    """A resource that was there before the destruction, and what was found afterwards."""

    unit: UnitAddress
    address: str
    """Within its unit, as Terraform writes it."""
    type: str
    provider: str
    provider_id: str = ""
    """As the provider names it; empty if it has no id."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """What is not sensitive and says where it was and how it was kept: region, ARN, keys."""
    finding: Finding = Finding.UNREAD
    detail: str = ""
    looked_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedUnit:
    """A unit that was there before the destruction, and what was found of its state afterwards."""

    unit: UnitAddress
    record: Json
    """What the ledger had recorded of it."""
    state_place: str
    state_digest: str = ""
    """SHA-256 of its state from before; empty: it had none."""
    archived_as: str = ""
    """The name under which that state was archived, sealed; empty: it was not."""
    state_after: str = ""
    """`empty`, `gone`, or what is left in it; empty before anybody has looked."""
    looked_at: str = ""
