"""Which cells selectors can mean at all, told from their words alone: what else there is need not be read."""

from collections.abc import Iterable, Sequence

from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.selection import is_wild

_TO_CELL = 2
"""`level/cell`"""
_PARTS = 3


def scope_of(selectors: Sequence[str], relatives: Relatives | None = None) -> Scope | None:
    """Give the cells and levels in which every unit that is meant must lie; None if that may be anywhere.

    What a unit depends on needs no mention: it lies in its own cell or below, or its cell says so itself.
    What depends on a unit may be anywhere.
    """
    if not selectors or (relatives is not None and relatives.downstreams):
        return None
    cells: set[CellAddress] = set()
    levels: set[str] = set()
    for selector in selectors:
        # Every part must match, so the one that rules out the most is enough.
        places = [place for part in selector.split(",") if (place := _place(part.strip())) is not None]
        cell = next((place for place in places if isinstance(place, CellAddress)), None)
        if cell is not None:
            cells.add(cell)
        elif places:
            levels.update(str(place) for place in places[:1])
        else:
            return None
    return Scope(frozenset(cells), frozenset(levels))


def scope_of_units(units: Iterable[UnitAddress]) -> Scope:
    """Give the cells of these units."""
    return Scope(frozenset(unit.of_cell for unit in units))


def _place(part: str) -> CellAddress | str | None:
    """Read one part of a selector: the cell or the level that it names; None if it leaves that open."""
    words = part.rstrip("/").split("/")
    if "=" in part or len(words) > _PARTS or not words[0] or is_wild(words[0]):
        return None
    if len(words) < _TO_CELL or is_wild(words[1]):
        return words[0]
    return CellAddress(words[0], words[1])
