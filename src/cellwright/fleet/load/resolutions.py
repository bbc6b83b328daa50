"""Every cell resolved, each when somebody first asks for it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from threading import RLock

from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.resolve.cell import LevelContext, ResolvedCell, resolve_cell
from cellwright.model.address import CellAddress

REMEMBERED = 2_000
"""So many cells are kept resolved, some 50 KB each."""


class Resolutions(Mapping[CellAddress, ResolvedCell]):
    """Resolves cells of the levels that were opened; safe to share between threads."""

    def __init__(self) -> None:
        self._contexts: dict[str, LevelContext] = {}
        self._sources: dict[CellAddress, CellSource] = {}
        self._known: dict[CellAddress, ResolvedCell] = {}
        self._turn = RLock()

    def open_level(self, context: LevelContext, sources: Mapping[str, CellSource]) -> None:
        """Make the cells of a level available; those of the levels below must be so already."""
        level = context.level.name
        self._contexts[level] = context
        self._sources.update((CellAddress(level, name), source) for name, source in sources.items())

    def __getitem__(self, address: CellAddress) -> ResolvedCell:
        """Give a cell, resolved and remembered for a while: all at once may be more than memory holds."""
        with self._turn:
            # Whoever was asked for last goes to the end: the beginning is what may be forgotten.
            known = self._known.pop(address, None) or self.resolve(address)
            self._known[address] = known
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
            return known

    def resolve(self, address: CellAddress) -> ResolvedCell:
        """Give a cell without remembering it."""
        with self._turn:
            known = self._known.get(address)
            return known or resolve_cell(self._sources[address], self._contexts[address.level])

    def part(self, address: CellAddress, stacks: Collection[str]) -> ResolvedCell:
        """Give a cell with its units of some stacks alone, without remembering it."""
        with self._turn:
            known = self._known.get(address)
            if known is not None:
                return replace(
                    known, units=tuple(unit for unit in known.units if unit.address.stack in stacks)
                )
            return resolve_cell(self._sources[address], self._contexts[address.level], stacks)

    def __iter__(self) -> Iterator[CellAddress]:
        """Yield the cells in the order of levels and names."""
        return iter(self._sources)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self._sources)
