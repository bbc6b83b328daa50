"""Status of a unit against the ledger, with the reasons for it."""

from dataclasses import dataclass
from enum import Enum

from cellwright.model.address import UnitAddress


class Status(Enum):
    """Status of a unit: its settings compared with what the ledger says was applied."""

    UP_TO_DATE = "up_to_date"
    CHANGED = "changed"
    NEVER_APPLIED = "never_applied"
    BLOCKED = "blocked"
    """It waits for the outputs of a unit that was never applied; or its cell is left out of the checkout."""
    DESTROY = "destroy"
    """In the ledger, but switched off or gone from the fleet."""
    FAILED = "failed"
    """Its last apply failed and its settings are still those."""


class ReasonKind(Enum):
    """Which part of a unit differs from what was applied."""

    INPUT = "input"
    SOURCE = "source"
    OUTPUT = "output"
    BACKEND = "backend"
    STATE = "state"
    """Something other than Cellwright has written the state since."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference, as text: `replicas: 4 -> 6 (clients/acme/client.yaml:5)`."""

    kind: ReasonKind
    summary: str


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """A unit's status with every reason for it."""

    address: UnitAddress
    status: Status
    reasons: tuple[Reason, ...] = ()
