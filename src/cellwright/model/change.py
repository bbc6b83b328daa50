"""Changes: units whose settings differ from what was applied, and why."""

from dataclasses import dataclass
from enum import Enum

from cellwright.model.address import UnitAddress


class Status(Enum):
    """Where a unit stands against the ledger."""

    UP_TO_DATE = "up_to_date"
    CHANGED = "changed"
    NEVER_APPLIED = "never_applied"
    BLOCKED = "blocked"
    """It waits for the outputs of a unit that was never applied."""
    DESTROY = "destroy"
    """In the ledger, but switched off or gone from the fleet."""
    FAILED = "failed"
    """Its last apply failed and its settings are still those."""


class ReasonKind(Enum):
    """What about a unit differs."""

    INPUT = "input"
    SOURCE = "source"
    OUTPUT = "output"
    BACKEND = "backend"
    STATE = "state"
    """The state was written by somebody else since."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference, in words: `replicas: 4 -> 6 (clients/acme/client.yaml:5)`."""

    kind: ReasonKind
    summary: str


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """A unit's standing with every reason for it."""

    address: UnitAddress
    status: Status
    reasons: tuple[Reason, ...] = ()
