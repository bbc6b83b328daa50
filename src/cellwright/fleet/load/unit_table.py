"""A fleet's cells and units, resolved when somebody asks for them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import TypeAlias

from cellwright.fleet.cache.cell_cache import CachedCell
from cellwright.fleet.capacity import Resources, added
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Fleet, OutputUse, Units
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummary
from cellwright.fleet.resolve.resolved import LevelContext, ResolvedCell
from cellwright.fleet.yaml.outline import Outline
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.unit import StackPin, Unit

CellObserver: TypeAlias = Callable[[ResolvedCell], None]
"""Callback for each cell that a load resolves; not called for cells from the cache.

The cell may have the units of some stacks only: those that may have changed. To resolve the cells again later
would take as long as loading did.
"""


@dataclass(frozen=True, slots=True)
class PartialObserver:
    """A callback that need not see cells whose units change exactly as another cell's that it has seen.

    Such cells are not resolved for it.
    """

    see: CellObserver

    def __call__(self, cell: ResolvedCell) -> None:
        """Pass a cell on."""
        self.see(cell)


MadeFrom: TypeAlias = Callable[[CellAddress], CachedCell | None]
"""Gives what a cell was made from, if that is known completely."""

REMEMBERED = 2_000
"""The number of cells that are kept resolved, some 50 KB each."""


class LazyCells(Mapping[CellAddress, ResolvedCell]):
    """Resolves cells of the levels that were opened, on demand; may be shared between threads."""

    def __init__(self) -> None:
        self._contexts: dict[str, LevelContext] = {}
        self._sources: dict[CellAddress, CellSource] = {}
        self._resolved: dict[CellAddress, ResolvedCell] = {}
        self._lock = RLock()

    def open_level(self, context: LevelContext, sources: Mapping[str, CellSource]) -> None:
        """Add the cells of a level; the levels below must have been added."""
        level = context.level.name
        self._contexts[level] = context
        self._sources.update((CellAddress(level, name), source) for name, source in sources.items())

    def __getitem__(self, address: CellAddress) -> ResolvedCell:
        """Give a cell, and keep it while it is among the last that were asked for: memory is limited."""
        with self._lock:
            # The cell that was asked for last goes to the end, the first one is dropped.
            resolved = self._resolved.pop(address, None) or self.resolve(address)
            self._resolved[address] = resolved
            if len(self._resolved) > REMEMBERED:
                del self._resolved[next(iter(self._resolved))]
            return resolved

    def resolve(self, address: CellAddress) -> ResolvedCell:
        """Give a cell without keeping it."""
        with self._lock:
            resolved = self._resolved.get(address)
            return resolved or self._resolve(address)

    def with_units_of(
        self,
        address: CellAddress,
        stacks: Collection[str],
        outlines: Sequence[Outline | None] | None = None,
    ) -> ResolvedCell:
        """Give a cell with its units of some stacks only, not kept; `outlines` as for `resolve_cell`."""
        with self._lock:
            resolved = self._resolved.get(address)
            if resolved is None:
                return self._resolve(address, stacks, outlines)
            units = tuple(unit for unit in resolved.units if unit.address.stack in stacks)
            return replace(resolved, units=units)

    def own_files(self, address: CellAddress) -> list[bytes]:
        """Give the content of a cell's own files, in their order, as it was read."""
        files = self._contexts[address.level].documents.files
        return [files.keep(path) for path in self._sources[address].files]

    def sources(self) -> Iterator[tuple[CellSource, FleetFiles]]:
        """Yield the files that each cell is made from, and what they were read with."""
        for address, source in self._sources.items():
            yield source, self._contexts[address.level].documents.files

    def _resolve(
        self,
        address: CellAddress,
        stacks: Collection[str] | None = None,
        outlines: Sequence[Outline | None] | None = None,
    ) -> ResolvedCell:
        # Imported when there is a cell to resolve: it takes longer than a load that finds all in the cache.
        from cellwright.fleet.resolve.cell import resolve_cell  # noqa: PLC0415

        return resolve_cell(self._sources[address], self._contexts[address.level], stacks, outlines)

    def __iter__(self) -> Iterator[CellAddress]:
        """Yield the cells in the order of levels and names."""
        return iter(self._sources)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self._sources)


class UnitTable(Units):
    """Units that are listed from their cells' summaries; with their settings only when asked for."""

    def __init__(
        self,
        summaries: Mapping[CellAddress, CellSummary],
        cells: LazyCells,
        made_from: MadeFrom = lambda _: None,
        known: KnownCells | None = None,
    ) -> None:
        self.summaries = summaries
        """Every cell whose documents could be read."""
        self._cells = cells
        self.made_from = made_from
        self.known = known
        """What a load of the same fleet at another revision may begin with."""
        self._units: dict[UnitAddress, UnitSummary] | None = None
        self._resources: dict[int, Resources] = {}
        self._shared_resources: dict[Resources, Resources] = {}

    def __getitem__(self, address: UnitAddress) -> Unit:
        """Give a unit with its settings; resolves its cell."""
        if address.of_cell not in self.summaries:
            raise KeyError(address)
        for unit in self._cells[address.of_cell].units:
            if unit.address.stack == address.stack:
                return unit
        raise KeyError(address)

    def of_stacks(self, cell: CellAddress, stacks: Collection[str]) -> tuple[Unit, ...]:
        """Give a cell's units of some stacks; only these are made, and nothing is kept.

        Raises:
            KeyError: there is no such cell.
        """
        if cell not in self.summaries:
            raise KeyError(cell)
        known = self.made_from(cell)
        # Of a file whose outline is known, the part that is needed is read faster.
        part = self._cells.with_units_of(cell, stacks, known.outlines if known is not None else None)
        if part.cell is None or part.cell.sensitive != self.summaries[cell].cell.sensitive:
            # Which of its keys are secret depends on all stacks.
            return self._cells.with_units_of(cell, stacks).units
        return part.units

    def own_files(self, cell: CellAddress) -> list[bytes]:
        """Give the content of a cell's own files, in their order, as it was read."""
        return self._cells.own_files(cell)

    def sources(self) -> Iterator[tuple[CellSource, FleetFiles]]:
        """Yield the files that each cell is made from, and what they were read with."""
        return self._cells.sources()

    def __iter__(self) -> Iterator[UnitAddress]:
        """Yield the units' addresses."""
        return iter(self._all())

    def __len__(self) -> int:
        """Count the units."""
        return sum(len(cell.units) for cell in self.summaries.values())

    def __contains__(self, address: object) -> bool:
        """Tell whether there is such a unit; resolves nothing."""
        return address in self._all()

    def is_enabled(self, address: UnitAddress) -> bool:
        """Tell whether there is such a unit and it is enabled; resolves nothing."""
        unit = self._all().get(address)
        return unit is not None and unit.enabled

    def labels(self, address: UnitAddress) -> Mapping[str, str]:
        """Give a unit's labels; resolves nothing."""
        cell = self.summaries.get(address.of_cell)
        return cell.labels() if cell is not None else {}

    def upstreams(self, address: UnitAddress) -> frozenset[UnitAddress]:
        """Give what a unit depends on; resolves nothing."""
        cell = self.summaries[address.of_cell]
        return frozenset(map(cell.locate, self._all()[address].upstreams))

    def takes_secrets(self, address: UnitAddress) -> bool:
        """Tell whether a unit takes secrets; resolves nothing."""
        unit = self._all().get(address)
        return unit is not None and unit.takes_secrets

    def resources(self, cell: CellAddress) -> Resources:
        """Give what a cell's enabled units use of the resources that places have; resolves nothing."""
        summary = self.summaries.get(cell)
        if summary is None:
            return ()
        # The table keeps the summaries alive, so their ids are not reused.
        key = id(summary.units)
        known = self._resources.get(key)
        if known is None:
            found = added(unit.resources for unit in summary.units)
            known = self._resources[key] = self._shared_resources.setdefault(found, found)
        return known

    def pins(self) -> frozenset[StackPin]:
        """Give the stacks that enabled units run; resolves nothing."""
        units = {id(cell.units): cell.units for cell in self.summaries.values()}
        return frozenset(unit.pin for listed in units.values() for unit in listed if unit.enabled)

    def uses(self) -> tuple[OutputUse, ...]:
        """Give every place where an enabled unit takes an output; resolves every cell."""
        return tuple(use for address in self.summaries for use in self._cells[address].uses)

    def uses_of(self, wanted: Callable[[StackPin, str], bool]) -> tuple[OutputUse, ...]:
        """Give the places where an enabled unit takes a wanted output; resolves only cells that have one."""
        known: dict[tuple[StackPin, str], bool] = {}

        def is_wanted(address: UnitAddress, output: str) -> bool:
            unit = self._all().get(address)
            if unit is None:
                return False
            key = (unit.pin, output)
            if key not in known:
                known[key] = wanted(*key)
            return known[key]

        taking = [
            address
            for address, cell in self.summaries.items()
            if any(
                is_wanted(cell.locate(target), output) for unit in cell.units for target, output in unit.uses
            )
        ]
        found = (use for address in taking for use in self._cells[address].uses)
        return tuple(use for use in found if is_wanted(use.reference.unit, use.reference.output))

    def _all(self) -> dict[UnitAddress, UnitSummary]:
        if self._units is None:
            self._units = {
                UnitAddress(address.level, address.cell, unit.stack): unit
                for address, cell in self.summaries.items()
                for unit in cell.units
            }
        return self._units


def unit_table(fleet: Fleet) -> UnitTable:
    """Give the units of a loaded fleet with their cells' summaries.

    Raises:
        TypeError: the fleet was put together without a load.
    """
    if not isinstance(fleet.units, UnitTable):
        raise TypeError("the units of a loaded fleet come with their cells' summaries")
    return fleet.units
