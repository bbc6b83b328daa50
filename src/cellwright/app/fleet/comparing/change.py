"""What differs between two revisions of a fleet, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position
from cellwright.model.text.json_text import JsonStyle
from cellwright.model.value import Json

_ALIKE = JsonStyle(sort_keys=True)


class ChangeKind(StrEnum):
    """What became of a unit."""

    ADDED = "added"
    REMOVED = "removed"
    SWITCHED_ON = "switched on"
    SWITCHED_OFF = "switched off"
    CHANGED = "changed"


class Subject(StrEnum):
    """What a change is about."""

    INPUT = "input"
    STACK = "stack"
    """The stack's source or version."""
    FILES = "files"
    """The stack's files, where they lie in the repository."""
    ENVIRONMENT = "environment"
    STATE = "state"
    """Where the state lies."""
    NEEDS = "needs"
    PROGRAM = "program"
    """Which Terraform or OpenTofu runs it."""
    KEY = "key"
    """A cell's own key, such as its tier."""


@dataclass(frozen=True, slots=True)
class Side:
    """A value on one side of a change; sensitive values are masked. Equal values have equal texts."""

    text: str
    value: Json = field(compare=False)

    @classmethod
    def of(cls, value: Json) -> "Side":
        """Take a value that may be shown."""
        return cls(_ALIKE.write(value), value)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` or `after` is None where nothing is set."""

    subject: Subject
    path: str
    """What changed: `replicas`, `settings.logging.level`, `version`."""
    before: Side | None
    after: Side | None
    position: Position | None = field(default=None, compare=False)
    """The line that decides what is so afterwards; None if it is not known."""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What differs for one unit."""

    unit: UnitAddress
    kind: ChangeKind
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """Units for which the same differs: of one stack or several, in the same cells of one level."""

    kind: ChangeKind
    units: tuple[UnitAddress, ...]
    """By stack, then by cell."""
    changes: tuple[Change, ...]

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks."""
        return tuple(dict.fromkeys(unit.stack for unit in self.units))

    @property
    def cells(self) -> tuple[CellAddress, ...]:
        """The cells; each has a unit of every stack of the group."""
        return tuple(dict.fromkeys(unit.of_cell for unit in self.units))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellGroup:
    """Cells whose own keys differ in the same way."""

    cells: tuple[CellAddress, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetDiff:
    """All that differs between two revisions of a fleet."""

    fleet: str
    before: str
    """What the older side is called: `main (1a2b3c4d5e6f)`."""
    after: str
    """What the newer side is called: `the work tree`."""
    new_cells: Mapping[CellAddress, int]
    """Cells that came, with the number of their units that are switched on."""
    gone_cells: Mapping[CellAddress, int]
    """Cells that went, with the number of their units that were switched on."""
    cells: tuple[CellGroup, ...]
    groups: tuple[ChangeGroup, ...]
    """Units of cells that are on both sides."""
    policies: tuple[str, ...]
    """Policies that were added, changed or removed, by their files."""
    unchanged: int
    """Units that are switched on, on both sides, and do not differ."""
    new_findings: tuple[Diagnostic, ...] = ()
    """What `check` finds on the newer side only."""
    not_compared: tuple[Diagnostic, ...] = ()
    """Errors of the older side: what they are about may differ unseen."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.new_cells or self.gone_cells or self.cells or self.groups or self.policies)
