"""The cells of the last load, with what they were made from and what was found in them.

A cell is taken from the cache only if its own documents and its dependencies are unchanged by content; times
decide nothing, so no clock, checkout or crash can make an outdated cell look current. The file may be deleted
at any time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.cache_file import read_cache, write_cache
from cellwright.fleet.cache.dependencies import Dependencies
from cellwright.fleet.cache.packing import (
    Environments,
    Packed,
    pack_cell,
    pack_finding,
    unpack_cell,
    unpack_finding,
)
from cellwright.fleet.resolve.cell_summary import CellSummary, LowerCells, Target, UnitSummaries, UnitSummary
from cellwright.fleet.yaml.outline import Outline
from cellwright.model.address import CellAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic

FORMAT = 13
"""Raised whenever the same settings are resolved differently, or the file's format changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedCell:
    """A cell as the cache holds it."""

    own_digest: bytes
    """Digest of its own documents."""
    dependencies: Dependencies
    inherited: bytes | None
    """Digest of what it passes on to cells that are placed in it; None where none can be."""
    summary: CellSummary
    outlines: tuple[Outline | None, ...]
    """Of its own documents."""


@dataclass(frozen=True, slots=True)
class LoadedCell:
    """The result of loading one cell."""

    summary: CellSummary | None
    """None if its own documents can't be read."""
    layers: tuple[str, ...]
    faults: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    cached: CachedCell | None = None
    """What the cache will hold; None if its dependencies are not known completely."""
    unchanged: bool = False
    """The cache holds this already."""


class CellCache:
    """Cached cells by address. Parts that many cells share are stored once, and are one object when read."""

    def __init__(self, path: Path, stamp: bytes) -> None:
        self._path = path
        self.stamp = stamp
        """Digest of what all its cells depend on."""
        self._packed: dict[tuple[str, str], Packed] = {}
        self._dependencies: list[Dependencies] = []
        self._units: list[UnitSummaries] = []
        self._environments: Environments = {}
        self.clean_layers: frozenset[tuple[str, str, bytes]] = frozenset()
        """Layers without findings: level, path, digest."""
        found = read_cache(path, stamp)
        if isinstance(found, tuple):
            dependencies, units, self._packed, layers = found
            self._dependencies = [Dependencies(*item) for item in dependencies]
            self._units = [unpack_units(item) for item in units]
            self.clean_layers = frozenset(layers)

    @property
    def units(self) -> dict[UnitSummaries, UnitSummaries]:
        """Give the unit summaries that its cells have, each by itself: the one object to be used for it."""
        return {units: units for units in self._units}

    def get(self, address: CellAddress, own_digest: bytes) -> CachedCell | None:
        """Give the cell with these own documents; its dependencies are still to be compared."""
        packed = self._packed.get((address.level, address.cell))
        if packed is None or packed[0] != own_digest:
            return None
        _, dependencies_index, units_index, inherited, rest, outlines = packed
        dependencies = self._dependencies[dependencies_index]
        units = self._units[units_index]
        summary = unpack_summary(units, dependencies.lower_cells, rest, self._environments)
        return CachedCell(
            own_digest=own_digest,
            dependencies=dependencies,
            inherited=inherited,
            summary=summary,
            outlines=tuple(Outline(*item) if item is not None else None for item in outlines),
        )

    def holds_only(self, cells: Collection[CellAddress], clean: frozenset[tuple[str, str, bytes]]) -> bool:
        """Tell whether it has no cells but these, and exactly these layers without findings."""
        addresses = {(address.level, address.cell) for address in cells}
        return self._packed.keys() <= addresses and self.clean_layers == clean

    def store(
        self, cells: Mapping[CellAddress, CachedCell], clean: frozenset[tuple[str, str, bytes]]
    ) -> None:
        """Replace the file's content."""
        dependencies: dict[Dependencies, int] = {}
        units: dict[UnitSummaries, int] = {}
        packed = {
            (address.level, address.cell): (
                cell.own_digest,
                dependencies.setdefault(cell.dependencies, len(dependencies)),
                units.setdefault(cell.summary.units, len(units)),
                cell.inherited,
                pack_summary(cell.summary),
                tuple(tuple(item) if item is not None else None for item in cell.outlines),
            )
            for address, cell in cells.items()
        }
        content = ([tuple(item) for item in dependencies], [pack_units(item) for item in units])
        write_cache(self._path, self.stamp, (*content, packed, list(clean)))


def pack_units(units: UnitSummaries) -> Packed:
    """Write unit summaries as built-in types."""
    return tuple(
        (
            unit.stack,
            unit.enabled,
            unit.source,
            unit.version,
            tuple(unit.binary),
            unit.constants,
            tuple(map(tuple, unit.upstreams)),
            tuple((tuple(target), output) for target, output in unit.uses),
            tuple((tuple(target), output) for target, output in unit.open_uses),
            unit.takes_secrets,
            unit.resources,
        )
        for unit in units
    )


def unpack_units(packed: Packed) -> UnitSummaries:
    """Read what `pack_units` wrote."""
    return tuple(
        UnitSummary(
            stack,
            enabled,
            source,
            version,
            BinarySettings(*binary),
            tuple(map(tuple, constants)),
            tuple(Target(*item) for item in upstreams),
            tuple((Target(*item), output) for item, output in uses),
            tuple((Target(*item), output) for item, output in open_uses),
            secret,
            tuple(map(tuple, resources)),
        )
        for (
            stack,
            enabled,
            source,
            version,
            binary,
            constants,
            upstreams,
            uses,
            open_uses,
            secret,
            resources,
        ) in packed
    )


def pack_summary(summary: CellSummary) -> Packed:
    """Write what a cell's summary does not share with others."""
    findings = (tuple(map(pack_finding, summary.faults)), tuple(map(pack_finding, summary.findings)))
    return (summary.key, summary.unit_digests, pack_cell(summary.cell), summary.backends, findings)


def unpack_summary(
    units: UnitSummaries, lower_cells: LowerCells, packed: Packed, environments: Environments | None = None
) -> CellSummary:
    """Read what `pack_summary` wrote."""
    key, unit_digests, cell, backends, (faults, findings) = packed
    return CellSummary(
        cell=unpack_cell(cell, environments),
        key=key,
        unit_digests=unit_digests,
        units=units,
        lower_cells=lower_cells,
        backends=backends,
        faults=tuple(map(unpack_finding, faults)) if faults else (),
        findings=tuple(map(unpack_finding, findings)) if findings else (),
    )
