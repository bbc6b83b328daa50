"""One load of a fleet: its steps in order, and what one passes to the next."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cellwright.files.cache_file import cache_stamp
from cellwright.fleet.cache.cell_cache import FORMAT, CachedCell, CellCache, LoadedCell
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.dependencies import CurrentDependencies
from cellwright.fleet.cache.digests import LayerDigests
from cellwright.fleet.cache.neighbourhood import Neighbourhood
from cellwright.fleet.checks.findings import Findings
from cellwright.fleet.checks.quick import has_no_faults
from cellwright.fleet.checks.unused_stacks import stack_faults
from cellwright.fleet.config.cells import CellFolder, find_cells
from cellwright.fleet.config.document_rules import unknown_stacks
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, ApprovalSettings, Fleet, Level, says_capacity
from cellwright.fleet.load.alike import AlikeCells
from cellwright.fleet.load.declared import measured_inputs, public_keys
from cellwright.fleet.load.kept_names import keep_names
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.load.level_load import LevelLoad
from cellwright.fleet.load.unit_table import CellObserver, LazyCells, UnitTable
from cellwright.fleet.pools import Pool
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummaries
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.fleet.resolve.layering import Layering
from cellwright.fleet.resolve.placement import Directory, LowerCellFinder
from cellwright.fleet.resolve.resolved import LevelContext, ResolvedCell
from cellwright.fleet.resolve.state_backend import StateBackend
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.offboarding_settings import OffboardingSettings
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

_CACHE_FILE = "cells"
_CACHE_FILE_BELOW = "cells-below"
"""For all levels but the last: few cells, which every load needs."""
CACHE_FILES = (_CACHE_FILE, _CACHE_FILE_BELOW)
"""Files in a fleet's cache that hold resolved cells, by content."""


@dataclass(frozen=True, slots=True)
class CellSelection:
    """The cells of the last level that are loaded. No other cell depends on them."""

    cells: frozenset[str]
    names: frozenset[str]
    """The names of all files and folders that may be cells of the level."""


class FleetLoad:
    """Loads a fleet once; with a folder as `cache`, unchanged cells are not resolved.

    With a selection, only these cells of the last level are loaded. With cells that are known from
    another load, these stand in for the kept ones, and none are kept.
    """

    def __init__(
        self,
        files: FleetFiles,
        contracts: Callable[[StackPin], Contract],
        cache: Path | None,
        selection: CellSelection | None = None,
        observer: CellObserver | None = None,
        known: KnownCells | None = None,
    ) -> None:
        self._observer = observer
        self._known = known
        self._cache = cache
        self._files = files
        self._selection = selection
        self._findings = Findings()
        self._configuration, faults = read_configured(files, cache)
        self._findings.add(faults)
        self._contracts = Contracts(contracts, measured_inputs(self._configuration))
        # Before anything is read: what is written meanwhile must not count as read.
        self._neighbourhood = (
            None
            if selection is not None or known is not None
            else Neighbourhood.of(files, self._configuration, cache)
        )
        self._folders = self._find_cells()
        self._directory = self._make_directory()
        self._documents = Documents(files, self._configuration.levels)
        self._stamp = self._make_stamp()
        self._cache_below = known or self._open_cache(cache, _CACHE_FILE_BELOW)
        self._last_cache = (known or self._open_cache(cache, _CACHE_FILE)) if selection is None else None
        self._cells = LazyCells()
        self._layer_digests = LayerDigests(files, self._documents)
        self._loaded: dict[CellAddress, LoadedCell] = {}
        self._inherited: dict[CellAddress, bytes] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._clean_layers: set[tuple[str, str, bytes]] = set()
        self._shared_units: dict[UnitSummaries, UnitSummaries] = {}
        for cell_cache in (self._cache_below, self._last_cache):
            self._shared_units.update(cell_cache.units if cell_cache is not None else {})

    def fleet(self) -> Fleet:
        """Load everything and check it."""
        self.load()
        return self.check({})

    def load(self) -> None:
        """Load every cell, from the cache or by resolving it."""
        for level in self._configuration.levels:
            self._load_level(level)

    @property
    def begins_alike(self) -> bool:
        """Tell whether cells known from another load may be taken: what all depend on is the same."""
        return self._known is not None and self._known.stamp == self._stamp

    @property
    def summaries(self) -> dict[CellAddress, CellSummary]:
        """Give the summaries of the loaded cells whose documents could be read."""
        return {address: item.summary for address, item in self._loaded.items() if item.summary is not None}

    @property
    def loaded(self) -> Mapping[CellAddress, LoadedCell]:
        """Give the cells that were loaded."""
        return self._loaded

    def named_cells(self, address: CellAddress) -> Collection[CellAddress]:
        """Give the cells that a loaded cell's references name."""
        return self._cells[address].named_cells

    def resolve_others(self, names: Collection[str]) -> dict[str, ResolvedCell]:
        """Resolve cells of the last level outside of the selection; their findings are not reported.

        No contract is read, so no source is fetched for them.
        """
        if not names:
            return {}
        from cellwright.fleet.resolve.cell import resolve_cell  # noqa: PLC0415  most loads resolve nothing

        level = self._configuration.levels[-1]
        context = replace(self._context(level), contracts=Contracts(_no_contract))
        found = find_cells(self._files, level.cells, level.position, names).cells
        return {name: resolve_cell(source, context) for name, source in found.items()}

    @property
    def counts(self) -> bool:
        """Tell whether the fleet says anything of capacity."""
        return says_capacity(self._configuration.capacity, self._configuration.levels)

    def pools_for(self, level: str) -> tuple[Pool, ...]:
        """Give the pools out of which new cells of a level get their blocks."""
        return self._configuration.addresses.pools_for(level)

    def context_for_new(self, level_name: str) -> LevelContext | None:
        """Load the levels below one, and give what its cells are resolved in; None: no such level."""
        for level in self._configuration.levels:
            if level.name == level_name:
                return self._context(level)
            self._load_level(level)
        return None

    def check(self, others: Mapping[str, ResolvedCell]) -> Fleet:
        """Check what was loaded, also against other cells, and give the fleet."""
        configuration = self._configuration
        self._check_layers()
        summaries = self.summaries
        if others or not has_no_faults(summaries, self._contracts):
            self._check_fleet(others)
        for cell in others.values():
            if cell.unresolved_backends or not cell.complete:
                # It may have the state of a cell that was loaded: reported with its own findings.
                self._findings.add(cell.faults)
                self._findings.add(cell.findings, cell.address)
        self._findings.add(stack_faults(self._contracts.faults, summaries))
        for address, found in self._contracts.chosen_in(summaries):
            self._findings.add(found, address)
        self._write_cache()
        return Fleet(
            root=self._files.root,
            name=configuration.name,
            terraform=configuration.terraform,
            levels=configuration.levels,
            cells={address: item.cell for address, item in summaries.items()},
            units=UnitTable(summaries, self._cells, self._made_from, self._known_cells()),
            backend=configuration.backend,
            diagnostics=self._findings.result(),
            addresses=configuration.addresses,
            capacity=configuration.capacity,
            policies=configuration.policies,
            secrets=configuration.secrets,
            approvals=configuration.approvals or ApprovalSettings(),
            offboarding=configuration.offboarding or OffboardingSettings(),
            within=self._within(),
            neighbours={item.address: item.cell for item in others.values() if item.cell is not None},
        )

    def _made_from(self, cell: CellAddress) -> CachedCell | None:
        loaded = self._loaded.get(cell)
        return loaded.cached if loaded is not None else None

    def _within(self) -> tuple[str, ...] | None:
        if self._selection is None:
            return None
        *below, last = (level.name for level in self._configuration.levels)
        cells = sorted(self._selection.cells)
        return (*(f"{level}/" for level in below), *(f"{last}/{cell}/" for cell in cells))

    def _open_cache(self, cache: Path | None, name: str) -> CellCache | None:
        return CellCache(cache / name, self._stamp) if cache is not None and self._stamp is not None else None

    def _make_stamp(self) -> bytes | None:
        """Digest what all cells depend on; None if fleet.yaml can't be read."""
        try:
            document = self._files.keep(FLEET_FILE)
        except DiagnosticError:
            return None
        # Which default layers exist depends on files beside fleet.yaml.
        layers = repr([(level, paths) for level, paths in self._configuration.layers.items()])
        return cache_stamp(str(FORMAT), document, layers)

    def _known_cells(self) -> KnownCells | None:
        """Give what another load may begin with; None if this one found only a part, or no fleet.yaml."""
        if self._stamp is None or self._selection is not None:
            return None
        return KnownCells(self._stamp, frozenset(self._clean_layers), self._shared_units, self._loaded)

    def _find_cells(self) -> dict[str, CellFolder]:
        folders: dict[str, CellFolder] = {}
        for level in self._configuration.levels:
            if level.cells not in folders:
                only = self._selection.cells if self._selection is not None and self._is_last(level) else None
                folders[level.cells] = find_cells(self._files, level.cells, level.position, only)
                self._findings.add(folders[level.cells].findings)
        return folders

    def _is_last(self, level: Level) -> bool:
        return level is self._configuration.levels[-1]

    def _make_directory(self) -> Directory:
        levels = self._configuration.levels
        cells: dict[str, Collection[str]] = {level.name: self._folders[level.cells].cells for level in levels}
        if self._selection is not None:
            cells[levels[-1].name] = self._selection.names
        return Directory(
            self._configuration.name,
            levels,
            cells,
            secrets=self._configuration.secrets,
            sensitive_keys=frozenset(self._configuration.sensitive_keys),
            public_keys=frozenset(public_keys(self._configuration)),
        )

    def _load_level(self, level: Level) -> None:
        sources = self._folders[level.cells].cells
        context = self._context(level)
        self._cells.open_level(context, sources)
        loader = LevelLoad(
            context=context,
            files=self._files,
            cache=self._last_cache if self._is_last(level) else self._cache_below,
            cells=self._cells,
            current=CurrentDependencies(context, self._layer_digests, self._inherited),
            is_last=self._is_last(level),
            shared_units=self._shared_units,
            alike=AlikeCells(level, self._files),
            observer=self._observer,
        )
        used = self._used.setdefault(level.name, {})
        for address, item in loader.load(sources).items():
            loaded = self._loaded[address] = self._with_shared_environment(item)
            self._findings.add(loaded.faults)
            self._findings.add(loaded.findings, address)
            used.update(dict.fromkeys(loaded.layers))
            if loaded.cached is not None and loaded.cached.inherited is not None:
                self._inherited[address] = loaded.cached.inherited

    def _with_shared_environment(self, loaded: LoadedCell) -> LoadedCell:
        """If a cell's environment equals its placement's, make it the same object, as when it is resolved."""
        summary = loaded.summary
        host = self._loaded.get(summary.cell.placement) if summary and summary.cell.placement else None
        if summary is None or host is None or host.summary is None:
            return loaded
        shared = host.summary.cell.environment
        if summary.cell.environment is shared or summary.cell.environment != shared:
            return loaded
        cell = replace(summary.cell, environment=shared)
        return replace(loaded, summary=replace(summary, cell=cell))

    def _context(self, level: Level) -> LevelContext:
        below = {
            address: {name: CellAddress(name, cell) for name, cell in summary.lower_cells}
            for address, summary in self.summaries.items()
        }
        return LevelContext(
            level=level,
            directory=self._directory,
            documents=self._documents,
            layering=Layering(level, self._configuration.layers[level.name], self._documents),
            contracts=self._contracts,
            state=StateBackend(self._configuration.backend, self._configuration.backend_config),
            lower_cells=LowerCellFinder(self._directory, level.name, below),
            below=self._cells,
            sharing_levels=tuple(item for item in self._configuration.levels if item.cells == level.cells),
        )

    def _check_layers(self) -> None:
        """Check the layers by themselves; several levels may share one."""
        levels = self._configuration.levels
        takers: dict[str, list[Level]] = {}
        for level in levels:
            fixed = {layer.text: None for layer in self._configuration.layers[level.name] if layer.fixed}
            layering = Layering(level, self._configuration.layers[level.name], self._documents)
            if not all(self._is_clean(level, path) for path in fixed):
                self._findings.add(layering.fixed_faults())
            for path in self._used.get(level.name, {}) | fixed:
                takers.setdefault(path, []).append(level)
        for path, taking in takers.items():
            if not all(self._is_clean(level, path) for level in taking):
                self._check_layer(path, taking)

    def _check_layer(self, path: str, taking: list[Level]) -> None:
        if self._documents.missing(path) is not None:
            return
        document = self._documents.layer(path)
        levels = self._configuration.levels
        unknown = tuple(unknown_stacks(document.root, taking, levels)) if document.root is not None else ()
        self._findings.add(unknown)
        digest = self._layer_digests.content(path) if self._cache_below is not None else None
        if digest is not None and document.root is not None and not (document.faults or unknown):
            self._clean_layers.update((level.name, path, digest) for level in taking)

    def _is_clean(self, level: Level, path: str) -> bool:
        """Tell whether this layer was checked before, with this content, and nothing was found."""
        if self._cache_below is None or (digest := self._layer_digests.content(path)) is None:
            return False
        clean = (level.name, path, digest) in self._cache_below.clean_layers
        if clean:
            self._clean_layers.add((level.name, path, digest))
        return clean

    def _check_fleet(self, others: Mapping[str, ResolvedCell]) -> None:
        """Check what concerns several cells, with every unit resolved."""
        from cellwright.fleet.checks.exact import FleetCells, check_fleet  # noqa: PLC0415  few loads need it

        cells = dict(self._cells)
        fleet = FleetCells(
            cells=cells,
            units={unit.address: unit for cell in cells.values() for unit in cell.units},
            uses=tuple(use for cell in cells.values() for use in cell.uses),
            open_uses=tuple(use for cell in cells.values() for use in cell.open_uses),
            others=tuple(others.values()),
        )
        check_fleet(fleet, self._contracts, self._configuration.backend_position, self._findings)

    def _write_cache(self) -> None:
        """Write the cache, unless it would be the same."""
        if self._known is not None:
            return
        last = self._configuration.levels[-1].name if self._configuration.levels else ""
        below = {address: item for address, item in self._loaded.items() if address.level != last}
        clean = frozenset(self._clean_layers)
        if self._cache_below is not None and self._selection is not None:
            # Layers that only other cells take are still without findings.
            clean |= self._cache_below.clean_layers
        _store(self._cache_below, below, clean)
        _store(
            self._last_cache,
            {address: item for address, item in self._loaded.items() if address.level == last},
            frozenset(),
        )
        if self._neighbourhood is not None:
            self._neighbourhood.replace(self._loaded)
        if self._cache is not None and self._selection is None:
            unchanged = all(item.unchanged for item in self._loaded.values())
            keep_names(self._cache, self.summaries, self._contracts, unchanged=unchanged)


def _store(
    cache: CellCache | KnownCells | None,
    loaded: Mapping[CellAddress, LoadedCell],
    clean: frozenset[tuple[str, str, bytes]],
) -> None:
    if not isinstance(cache, CellCache) or (
        all(item.unchanged or item.cached is None for item in loaded.values())
        and cache.holds_only(loaded.keys(), clean)
    ):
        return
    cells: dict[CellAddress, CachedCell] = {
        address: item.cached for address, item in loaded.items() if item.cached is not None
    }
    cache.store(cells, clean)


def _no_contract(_pin: StackPin) -> Contract:
    raise DiagnosticError
