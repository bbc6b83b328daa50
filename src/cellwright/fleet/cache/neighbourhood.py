"""Keeps the file of neighbours up to date with what loads find in the cells of the last level."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.cache_file import cache_stamp
from cellwright.fleet.cache.address_ranges import AddressRange, address_ranges
from cellwright.fleet.cache.cell_cache import LoadedCell
from cellwright.fleet.cache.neighbours import (
    NeighbourFile,
    Neighbours,
    NeighbourUpdate,
    folder_stamps,
    state_digests,
)
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.resolve.cell_summary import CellSummary, summary_of
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.fleet.yaml.node import without_positions
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import has_errors

_FILE = "neighbours"
_FORMAT = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The file's content, and the state of the cells' folder when the load began."""

    level: str
    pools: frozenset[str]
    file: NeighbourFile
    known: Neighbours | None
    stamps: Mapping[str, int]
    """By cell name: the stamp of every file and folder that may be a cell."""

    @classmethod
    def of(
        cls, files: FleetFiles, configuration: Configuration, cache: Path | None
    ) -> "Neighbourhood | None":
        """Read the file and the folder; None without a cache, or where the last level shares its folder."""
        levels = configuration.levels
        if cache is None or not levels or any(level.cells == levels[-1].cells for level in levels[:-1]):
            return None
        file = NeighbourFile(cache / _FILE, _stamp(configuration))
        return cls(
            level=levels[-1].name,
            pools=frozenset(configuration.addresses.pools),
            file=file,
            known=file.read(),
            stamps=folder_stamps(files.root, levels[-1].cells),
        )

    @property
    def changed(self) -> list[str]:
        """Give the cells that may have changed since the file was written."""
        return self.known.changed(self.stamps) if self.known is not None else list(self.stamps)

    def update(
        self,
        loaded: Mapping[CellAddress, LoadedCell],
        names: Iterable[str],
        others: Mapping[str, ResolvedCell],
    ) -> Neighbours | None:
        """Update the loaded cells `names` and other cells, and give the content; None if it can't be kept."""
        updates = {name: self._loaded(name, loaded) for name in names}
        for name, resolved in others.items():
            summary = summary_of(resolved, resolved.cell, b"") if resolved.cell is not None else None
            complete = resolved.complete and not resolved.unresolved_backends
            updates[name] = self._update(name, summary, complete=complete)
        return self.file.update(updates)

    def replace(self, loaded: Mapping[CellAddress, LoadedCell]) -> None:
        """Write what a load of everything found, unless that is in the file already."""
        origin = self._origin(loaded)
        if self.known is None or not origin or self.known.origin != origin:
            updates = {name: self._loaded(name, loaded) for name in self.stamps}
            self.file.replace(updates, origin, self.known)

    def blocks(self, summaries: Iterable[CellSummary]) -> tuple[AddressRange, ...]:
        """Give the blocks of cells."""
        return tuple(found for item in summaries for found in address_ranges(item.cell.settings, self.pools))

    def _origin(self, loaded: Mapping[CellAddress, LoadedCell]) -> bytes:
        """Digest what the cells were resolved from; empty if that is not known of all of them."""
        keys = []
        for name in self.stamps:
            found = loaded.get(CellAddress(self.level, name))
            if found is not None and (found.summary is None or not found.summary.key):
                return b""
            keys.append(found.summary.key if found is not None and found.summary is not None else b"-")
        return cache_stamp(repr(self.stamps), *keys)

    def _loaded(self, name: str, loaded: Mapping[CellAddress, LoadedCell]) -> NeighbourUpdate:
        found = loaded.get(CellAddress(self.level, name))
        if found is None:
            return self._update(name, None, complete=True)
        complete = found.summary is not None and not has_errors((*found.faults, *found.findings))
        return self._update(name, found.summary, complete=complete)

    def _update(self, name: str, summary: CellSummary | None, *, complete: bool) -> NeighbourUpdate:
        states = state_digests(summary.backends) if summary is not None else frozenset()
        blocks = self.blocks([summary] if summary is not None else ())
        return NeighbourUpdate(self.stamps[name], states, blocks, complete)


def _stamp(configuration: Configuration) -> bytes:
    """Digest the parts of fleet.yaml that states and blocks depend on, besides cells and layers.

    Most of fleet.yaml does not: where stacks come from, how Terraform is run.
    """
    levels = [
        (level.name, level.cells, level.placement, level.layers, list(level.stacks))
        for level in configuration.levels
    ]
    state = (
        configuration.backend,
        {key: without_positions(node) for key, node in configuration.backend_config.items()},
    )
    pools: Collection[str] = sorted(configuration.addresses.pools)
    return cache_stamp(_FORMAT, repr((configuration.name, levels, state, pools)))
