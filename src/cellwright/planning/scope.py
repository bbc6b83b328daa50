"""The cells that selectors can match at all, from their text alone: others need not be read."""

from collections.abc import Iterable, Sequence

from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.selection import is_wild

_TO_CELL = 2
"""`level/cell`"""
_PARTS = 3


def scope_of(selectors: Sequence[str], relatives: Relatives | None = None) -> Scope | None:
    """The cells and levels that contain every matching unit; None if it may be in any.

    Upstreams are not included: they are in the unit's own cell or below, or its cell names theirs. A unit's
    downstreams may be in any cell.
    """
    if not selectors or (relatives is not None and relatives.downstreams):
        return None
    cells: set[CellAddress] = set()
    levels: set[str] = set()
    for selector in selectors:
        # Every part must match, so the most restrictive one is enough.
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
    """The cells of these units."""
    return Scope(frozenset(unit.of_cell for unit in units))


def _place(part: str) -> CellAddress | str | None:
    """The cell or the level that one part of a selector names; None if it may be any."""
    words = part.rstrip("/").split("/")
    if "=" in part or len(words) > _PARTS or not words[0] or is_wild(words[0]):
        return None
    if len(words) < _TO_CELL or is_wild(words[1]):
        return words[0]
    return CellAddress(words[0], words[1])
