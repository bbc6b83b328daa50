"""The part of a fleet that a command needs, as far as its selectors tell before anything is read."""

from dataclasses import field

from cellwright.model.address import CellAddress
from cellwright.model.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Cells that are named one by one, and whole levels."""

    cells: frozenset[CellAddress]
    levels: frozenset[str] = field(default_factory=frozenset)
