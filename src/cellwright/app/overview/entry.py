"""A cell as the overview keeps it: what lists, filters and tiles need, and no settings besides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern

from cellwright.app.overview.cell_state import CellState, settled_state
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.fleet.resolve.cell_summary import labels_of_cell
from cellwright.fleet.tags import tags_of
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position
from cellwright.model.runs.change import UnitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEntry:
    """One cell of the fleet, or of the ledger where the fleet has it no more."""

    address: CellAddress
    labels: Mapping[str, str]
    tags: tuple[str, ...]
    placement: CellAddress | None
    path: str
    """Its file or folder; empty for a cell that the fleet has no more."""
    position: Position | None
    units: tuple[UnitStatus, ...]
    errors: int
    """How many errors concern it."""
    state: CellState
    """While no run works on it."""
    searched: str
    """What a search looks into, in small letters."""

    @property
    def faulty(self) -> bool:
        """Whether an error concerns it."""
        return self.errors > 0


def entry_of(address: CellAddress, cell: Cell | None, units: Sequence[UnitStatus], errors: int) -> CellEntry:
    """Make a cell's entry."""
    labels = {intern(key): intern(text) for key, text in labels_of_cell(cell).items()} if cell else {}
    tags = _tags(cell) if cell else ()
    return CellEntry(
        address=address,
        labels=labels,
        tags=tags,
        placement=cell.placement if cell else None,
        path=cell.path if cell else "",
        position=cell.position if cell else None,
        units=tuple(units),
        errors=errors,
        state=settled_state(units, faulty=errors > 0),
        searched="\n".join((str(address), *labels.values(), *tags)).casefold(),
    )


def errors_by_cell(fleet: Fleet, cells: Iterable[CellAddress]) -> Mapping[CellAddress, int]:
    """Count the errors that concern each of these cells, by the files in which they are and by conflicts."""
    found: dict[CellAddress, int] = {}
    conflicts = {item.finding: item.cells for item in fleet.conflicts}
    errors = [item for item in fleet.diagnostics if item.severity is Severity.ERROR]
    if not errors:
        return found
    owners = _owners(fleet, cells)
    for item in errors:
        concerned = conflicts.get(item) or _in_files(item, owners)
        for cell in concerned:
            found[cell] = found.get(cell, 0) + 1
    return found


def _owners(fleet: Fleet, cells: Iterable[CellAddress]) -> Mapping[str, Sequence[CellAddress]]:
    """The cells that a file, or all files of a folder, belong to: levels may share a folder of cells."""
    folders = {level.name: level.cells for level in fleet.levels}
    found: dict[str, list[CellAddress]] = {}
    for address in cells:
        if address.level in folders:
            found.setdefault(f"{folders[address.level]}/{address.cell}", []).append(address)
    return found


def _in_files(item: Diagnostic, owners: Mapping[str, Sequence[CellAddress]]) -> Sequence[CellAddress]:
    if item.position is None:
        return ()
    parts = item.position.file.split("/")
    for length in range(len(parts), 0, -1):
        place = "/".join(parts[:length])
        # A cell is a file `NAME.yaml`, or a folder `NAME`.
        for name in (place, place.removesuffix(".yaml"), place.removesuffix(".yml")):
            if name in owners:
                return owners[name]
    return ()


def _tags(cell: Cell) -> tuple[str, ...]:
    return tuple(map(intern, tags_of(cell)))
