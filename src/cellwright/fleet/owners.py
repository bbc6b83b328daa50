"""Which levels' cells belong to clients, and which cells are one client's."""

from collections.abc import Mapping, Sequence

from cellwright.fleet.fleet import Cell, Level
from cellwright.model.address import CellAddress


def client_levels(levels: Sequence[Level]) -> tuple[str, ...]:
    """Give the levels whose cells are to be kept apart, whatever they are called.

    These are the levels whose cells are placed in others; in a fleet without any, the last one, if no other
    level has the same folder of cells.
    """
    placed = [level for level in levels if level.placement is not None]
    if not placed and levels:
        placed = [level for level in levels if level.cells == levels[-1].cells]
        placed = placed if len(placed) == 1 else []
    folders = {level.cells for level in placed}
    return tuple(level.name for level in levels if level.cells in folders)


def placements(
    address: CellAddress, cells: Mapping[CellAddress, Cell], levels: Sequence[Level]
) -> tuple[CellAddress, ...]:
    """Give the cells that a cell is placed in, and those of other levels that have the same files."""
    folders = {level.name: level.cells for level in levels}
    found: dict[CellAddress, None] = {}
    here: CellAddress | None = address
    while here is not None and here not in found:
        same = [level for level, folder in folders.items() if folder == folders.get(here.level)]
        found.update(dict.fromkeys(CellAddress(level, here.cell) for level in same))
        cell = cells.get(here)
        here = cell.placement if cell is not None else None
    return tuple(found)
