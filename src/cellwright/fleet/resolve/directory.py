"""Who is there: every level's cells and stacks by name, and which cell stands on which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cellwright.fleet.fleet import Level
from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class Directory:
    """The names that references may use."""

    fleet: str
    levels: tuple[Level, ...]
    """Lowest first."""
    cells: Mapping[str, Collection[str]]
    """The cells' names by level, those that could not be read included."""

    def level(self, name: str) -> Level | None:
        """Find a level by its name."""
        return next((level for level in self.levels if level.name == name), None)

    def below(self, level: str) -> tuple[Level, ...]:
        """Give the levels below one, lowest first."""
        names = [item.name for item in self.levels]
        return self.levels[: names.index(level)]

    def holds(self, cell: CellAddress) -> bool:
        """Tell whether there is such a cell."""
        return cell.cell in self.cells.get(cell.level, ())


def ground(
    directory: Directory, level: str, anchor: str, known: Mapping[CellAddress, Mapping[str, CellAddress]]
) -> dict[str, CellAddress]:
    """Tell on which cell of each lower level a cell stands; a level without such a cell is left out.

    `anchor` is the name that the cell looks for below: its placement, or its own name. Where a lower level
    has no cell of that name, the cells that were found lead on, by what they themselves stand on (`known`).
    """
    found: dict[str, CellAddress] = {}
    lower = directory.below(level)
    for item in reversed(lower):
        address = CellAddress(item.name, anchor)
        if directory.holds(address):
            found[item.name] = address
    for address in tuple(found.values()):
        for name, further in known.get(address, {}).items():
            found.setdefault(name, further)
    return {item.name: found[item.name] for item in lower if item.name in found}
