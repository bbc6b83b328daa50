"""The cells of a loaded fleet as what another load begins with: the same fleet at another revision."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.fleet.cache.cell_cache import CachedCell, LoadedCell
from cellwright.fleet.resolve.cell_summary import UnitSummaries
from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class KnownCells:
    """The cells of a load. It serves another load as a cache does; nothing is read or unpacked again."""

    stamp: bytes
    """Digest of what all cells depend on: a load with another one takes none of them."""
    clean_layers: frozenset[tuple[str, str, bytes]]
    """Layers without findings: level, path, digest."""
    units: Mapping[UnitSummaries, UnitSummaries]
    """The unit summaries so far: the one object to be used for each."""
    loaded: Mapping[CellAddress, LoadedCell]

    def get(self, address: CellAddress, own_digest: bytes) -> CachedCell | None:
        """Give the cell with these own documents; its dependencies are still to be compared."""
        found = self.loaded.get(address)
        cached = found.cached if found is not None else None
        return cached if cached is not None and cached.own_digest == own_digest else None
