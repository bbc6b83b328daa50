"""What of a fleet a command is about, as far as its words tell before anything is read."""

from dataclasses import dataclass, field

from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class Scope:
    """Cells that are named outright, and levels that are meant as a whole."""

    cells: frozenset[CellAddress]
    levels: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Part:
    """What is loaded of the last level, whose cells nobody stands on."""

    cells: frozenset[str]
    names: frozenset[str]
    """All that may be a cell there, by name."""
