"""The part of a fleet that a command needs, as far as its selectors tell before anything is read."""

from dataclasses import dataclass, field

from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class Scope:
    """Cells that are named one by one, and whole levels."""

    cells: frozenset[CellAddress]
    levels: frozenset[str] = field(default_factory=frozenset)
