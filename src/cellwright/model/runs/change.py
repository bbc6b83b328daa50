"""Status of a unit against the ledger, with the reasons for it."""

from dataclasses import dataclass
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.position import Position


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
    WORK = "work"
    """Somebody works on it now: its status is that of before, or `failed` until the apply has succeeded."""
    FAILURE = "failure"
    """Why its last apply, or its last plan, failed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference."""

    kind: ReasonKind
    text: str
    place: Position | None = None
    """Where the setting stands that makes the difference, if a setting does."""
    setting: str = ""
    """This setting, as `explain` names it (`tags.owner`), where `place` may not be the line that decides: it
    refers to another one, or other layers have a say in it. `${cell.tier}` is a key of the cell itself. Empty
    otherwise."""
    unit: UnitAddress | None = None
    """The unit that is waited for, if one is."""

    @property
    def summary(self) -> str:
        """The difference and its place as one text: `replicas: 4 -> 6 (clients/acme/client.yaml:5)`."""
        if self.place is None:
            return self.text
        return f"{self.text} ({self.place.file}:{self.place.line})"


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """A unit's status with every reason for it."""

    address: UnitAddress
    status: Status
    reasons: tuple[Reason, ...] = ()
    new: bool = False
    """Of a blocked unit: it was never applied itself."""

    @property
    def worked_on(self) -> bool:
        """Whether a run works on it now."""
        return any(reason.kind is ReasonKind.WORK for reason in self.reasons)

    @property
    def never_applied(self) -> bool:
        """Whether the unit is still to be made."""
        return self.new or self.status is Status.NEVER_APPLIED
