"""What is found where states of units lie that the ledger does not know, and what came of it."""

from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic


class Standing(Enum):
    """What is to be done, or was done, about a unit."""

    FOUND = "found"
    """Its state is there; it is to be adopted."""
    NONE = "no state"
    """There is none: the first apply makes it."""
    WAITS = "after others"
    """Its state can be read once others are on record, whose outputs it takes; they are to be adopted."""
    REFUSED = "refused"
    UP_TO_DATE = "up to date"
    """Adopted; its plan has no changes, so that its settings are those that were applied."""
    ADOPTED = "settings unknown"
    """Adopted; its plan has changes, or could not be made."""
    KNOWN = "on record"
    """Somebody else has recorded it meanwhile."""


ADOPTED_NOW = frozenset({Standing.UP_TO_DATE, Standing.ADOPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """One unit of the fleet without a record."""

    unit: UnitAddress
    place: str
    """Where its state lies, for people."""
    standing: Standing
    resources: int = 0
    outputs: int = 0
    written_by: str = ""
    """The version of the program that wrote the state last."""
    mark: StateMark | None = None
    why: tuple[Diagnostic, ...] = ()
    after: tuple[UnitAddress, ...] = ()
    """What it waits for."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """All units that were asked for and that the ledger does not know."""

    units: tuple[FoundUnit, ...] = field(default_factory=tuple)
    recorded: int = 0
    """So many of those that were asked for are on record already."""
    done: bool = False
    """Something was recorded: this is no preview."""

    def of(self, *standings: Standing) -> tuple[FoundUnit, ...]:
        """Give the units of some standings."""
        return tuple(item for item in self.units if item.standing in standings)
