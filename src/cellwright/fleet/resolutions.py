"""Every cell resolved, each when somebody first asks for it."""

from collections.abc import Iterator, Mapping
from threading import RLock

from cellwright.fleet.cell import LevelContext, ResolvedCell, resolve_cell
from cellwright.fleet.cells import CellSource
from cellwright.model.address import CellAddress


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
        """Give a cell, resolved once and remembered."""
        with self._turn:
            known = self._known.get(address)
            if known is None:
                known = self._known[address] = self.resolve(address)
            return known

    def resolve(self, address: CellAddress) -> ResolvedCell:
        """Give a cell without remembering it: all cells at once may be more than memory can hold."""
        with self._turn:
            known = self._known.get(address)
            return known or resolve_cell(self._sources[address], self._contexts[address.level])

    def __iter__(self) -> Iterator[CellAddress]:
        """Yield the cells in the order of levels and names."""
        return iter(self._sources)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self._sources)
