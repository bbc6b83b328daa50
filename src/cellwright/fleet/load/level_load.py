"""Loads the cells of one level: from the cache if no dependency has changed, else by resolving them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellwright.fleet.cache.cell_cache import CachedCell, CellCache, LoadedCell
from cellwright.fleet.cache.dependencies import (
    CurrentDependencies,
    Dependencies,
    DependencyChange,
    inherited_digest,
)
from cellwright.fleet.cache.digests import digest_of, digest_of_value
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.load.alike import AlikeCells
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.load.unit_table import REMEMBERED, CellObserver, LazyCells, PartialObserver
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummaries, summary_of
from cellwright.fleet.resolve.resolved import LevelContext, ResolvedCell
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, has_errors
from cellwright.model.names import means_secret


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A cell that can't be taken from the cache as it is."""

    address: CellAddress
    own_digest: bytes | None
    """Digest of its own documents; None if nothing is to be cached."""
    source: CellSource
    cached: CachedCell | None = None
    """The cached cell, if its own documents are unchanged."""
    change: DependencyChange | None = None
    """What has changed for the cached cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLoad:
    """Loads one level."""

    context: LevelContext
    files: FleetFiles
    cache: CellCache | KnownCells | None
    cells: LazyCells
    current: CurrentDependencies
    is_last: bool
    """No cells are placed in those of this level."""
    shared_units: dict[UnitSummaries, UnitSummaries]
    """Unit summaries so far, each one object for all cells that have it."""
    alike: AlikeCells
    observer: CellObserver | None = None
    changes: dict[int, DependencyChange | None] = field(default_factory=dict)
    """By identity of cached dependencies; the cache keeps these alive."""
    dependencies: dict[Dependencies, Dependencies] = field(default_factory=dict)
    """Dependencies so far, each one object for all cells that have it."""
    unit_digests: dict[tuple[int, int], tuple[bytes, ...]] = field(default_factory=dict)
    """By identity of dependencies and unit summaries."""

    @property
    def _shares(self) -> bool:
        """Tell whether what is found of one cell may say it for others, which nobody has to see then."""
        return self.observer is None or isinstance(self.observer, PartialObserver)

    def load(self, sources: Mapping[str, CellSource]) -> dict[CellAddress, LoadedCell]:
        """Load every cell, in the order of names."""
        found: dict[CellAddress, LoadedCell | Unloaded] = {}
        for name, source in sources.items():
            address = CellAddress(self.context.level.name, name)
            found[address] = self._from_cache(address, source)
        unloaded = sum(isinstance(item, Unloaded) for item in found.values())
        remember = self.cache is None or unloaded <= REMEMBERED
        return {
            address: self._resolve(item, remember=remember) if isinstance(item, Unloaded) else item
            for address, item in found.items()
        }

    def _own_digest(self, source: CellSource) -> bytes | None:
        if self.cache is None:
            return None
        try:
            contents = [(path, self.files.keep(path)) for path in source.files]
        except DiagnosticError:
            return None
        return digest_of_value((source.path, contents))

    def _from_cache(self, address: CellAddress, source: CellSource) -> LoadedCell | Unloaded:
        own_digest = self._own_digest(source)
        cached = (
            self.cache.get(address, own_digest) if self.cache is not None and own_digest is not None else None
        )
        change = self._change(cached.dependencies) if cached is not None else None
        if cached is None or change is None:
            return Unloaded(address, own_digest, source)
        summary = cached.summary
        unchanged = change.dependencies is cached.dependencies
        if not unchanged and not self.is_last:
            # What it passes on to other cells has positions, and these may have moved.
            return Unloaded(address, own_digest, source)
        if not unchanged and (change.stacks or summary.faults or summary.findings):
            return Unloaded(address, own_digest, source, cached, change)
        layers = tuple(layer[0] for layer in cached.dependencies.layers)
        if not unchanged:
            cached = replace(cached, dependencies=change.dependencies)
        return LoadedCell(summary, layers, summary.faults, summary.findings, cached, unchanged=unchanged)

    def _change(self, dependencies: Dependencies) -> DependencyChange | None:
        if id(dependencies) not in self.changes:
            self.changes[id(dependencies)] = self.current.change(dependencies)
        return self.changes[id(dependencies)]

    def _resolve(self, item: Unloaded, *, remember: bool) -> LoadedCell:
        renewed = self._resolve_changed_stacks(item)
        if renewed is not None:
            return renewed
        address, own_digest = item.address, item.own_digest
        resolved = self.cells[address] if remember else self.cells.resolve(address)
        if self.observer is not None:
            self.observer(resolved)
        if resolved.cell is None:
            return LoadedCell(None, (), resolved.faults, resolved.findings)
        summary = self._shared(summary_of(resolved, resolved.cell))
        dependencies = self._dependencies(resolved) if own_digest is not None else None
        cached = None
        if own_digest is not None and dependencies is not None:
            stamp = self.cache.stamp if self.cache is not None else b""
            key = digest_of(stamp + own_digest + dependencies.cell_digest)
            summary = replace(self._with_unit_digests(summary, dependencies), key=key)
            cached = CachedCell(
                own_digest=own_digest,
                dependencies=dependencies,
                inherited=None if self.is_last else inherited_digest(resolved),
                summary=summary,
                outlines=resolved.outlines,
            )
        return LoadedCell(summary, resolved.layers, resolved.faults, resolved.findings, cached)

    def _resolve_changed_stacks(self, item: Unloaded) -> LoadedCell | None:
        """Resolve only the units of changed stacks; None if the whole cell has to be resolved."""
        cached, change = item.cached, item.change
        if cached is None or change is None or not change.stacks:
            return None
        alike = self.alike.class_of(item.source, cached, change) if self._shares else None
        if alike is not None and (dependencies := self.alike.known(alike)) is not None:
            return self._renewed(cached, cached.summary, dependencies)
        partial = self.cells.with_units_of(item.address, change.stacks, cached.outlines)
        summary = merged_summary(partial, cached.summary, change)
        dependencies = self.current.with_contracts(change.dependencies, summary.units) if summary else None
        if summary is None or dependencies is None:
            return None
        if self.observer is not None:
            self.observer(partial)
        dependencies = self.dependencies.setdefault(dependencies, dependencies)
        renewed = self._renewed(cached, self._shared(summary), dependencies)
        if alike is not None and renewed.cached is not None:
            self.alike.learn(alike, change, partial.units, cached.summary, renewed.cached)
        return renewed

    def _renewed(self, cached: CachedCell, summary: CellSummary, dependencies: Dependencies) -> LoadedCell:
        """Give a cell without findings as it is now."""
        summary = self._with_unit_digests(summary, dependencies)
        layers = tuple(layer[0] for layer in dependencies.layers)
        cached = replace(cached, dependencies=dependencies, summary=summary)
        return LoadedCell(summary, layers, (), (), cached)

    def _with_unit_digests(self, summary: CellSummary, dependencies: Dependencies) -> CellSummary:
        key = (id(dependencies), id(summary.units))
        digests = self.unit_digests.get(key)
        if digests is None:
            digests = self.unit_digests[key] = dependencies.unit_digests(summary.units)
        return replace(summary, unit_digests=digests)

    def _dependencies(self, resolved: ResolvedCell) -> Dependencies | None:
        findings = (*resolved.faults, *resolved.findings)
        if not resolved.complete or resolved.unresolved_backends or has_errors(findings):
            # An error's message may depend on more than is recorded: on similar names, for one.
            return None
        if resolved.cell is not None and any(map(means_secret, resolved.cell.environment)):
            # A secret is only in the settings, never in a file that is made from them.
            return None
        dependencies = self.current.of(resolved)
        return self.dependencies.setdefault(dependencies, dependencies) if dependencies is not None else None

    def _shared(self, summary: CellSummary) -> CellSummary:
        units = self.shared_units.setdefault(summary.units, summary.units)
        return summary if units is summary.units else replace(summary, units=units)


def merged_summary(
    partial: ResolvedCell, before: CellSummary, change: DependencyChange
) -> CellSummary | None:
    """Replace the units of changed stacks in a cell's summary by those of `partial`; without unit digests.

    None if more than these units may have changed, or if there are findings, now or before: findings have
    positions, and those of the other units may have moved. Then the whole cell has to be resolved.
    """
    if partial.cell is None or not partial.complete or partial.unresolved_backends:
        return None
    if partial.faults or partial.findings or before.faults or before.findings:
        return None
    named_cells = {(cell.level, cell.cell, exists) for cell, exists in partial.named_cells.items()}
    layers = tuple(layer[0] for layer in change.dependencies.layers)
    if partial.layers != layers or not named_cells <= set(change.dependencies.named_cells):
        return None
    if partial.cell.sensitive != before.cell.sensitive:
        # Which keys are secret depends on all stacks.
        return None
    after = summary_of(partial, partial.cell)
    if after.lower_cells != before.lower_cells:
        return None
    renewed = {unit.stack: (unit, backend) for unit, backend in zip(after.units, after.backends, strict=True)}
    pairs = [
        renewed.get(unit.stack, (unit, backend))
        for unit, backend in zip(before.units, before.backends, strict=True)
    ]
    return replace(
        before,
        units=tuple(unit for unit, _ in pairs),
        backends=tuple(backend for _, backend in pairs),
    )
