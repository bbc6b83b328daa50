"""One load of a fleet: the order of its steps, and what they hand on."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from cellwright.files.cache_file import cache_stamp
from cellwright.fleet.cache.cell_cache import FORMAT, Recall, Record
from cellwright.fleet.cache.cell_outcome import CellOutcome
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.dependencies import Surroundings
from cellwright.fleet.cache.layer_digests import LayerMarks
from cellwright.fleet.cache.neighbourhood import Neighbourhood
from cellwright.fleet.checks.exact import Whole, check_whole
from cellwright.fleet.checks.findings import Findings
from cellwright.fleet.checks.quick import all_sound
from cellwright.fleet.config.cells import CellFolder, find_cells
from cellwright.fleet.config.document_rules import unknown_stacks
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Fleet, Level
from cellwright.fleet.load.cell_observer import CellObserver
from cellwright.fleet.load.level_load import LevelLoad
from cellwright.fleet.load.resolutions import Resolutions
from cellwright.fleet.load.unit_table import Roster
from cellwright.fleet.resolve.cell import LevelContext, ResolvedCell, resolve_cell
from cellwright.fleet.resolve.cell_summary import CellFacts, Shape
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.fleet.resolve.directory import Directory
from cellwright.fleet.resolve.layering import Layering
from cellwright.fleet.resolve.placement import Grounds
from cellwright.fleet.resolve.state_key import StateBackend
from cellwright.fleet.scope import Part
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

_CACHE_FILE = "cells"
_CACHE_FILE_BELOW = "cells-below"
"""Of the levels that others stand on: few cells, which every load needs."""


class Loading:
    """Loads a fleet once; with a folder for a cache, cells that are as they were are not resolved.

    With a part, only these cells of the last level are loaded.
    """

    def __init__(
        self,
        files: FleetFiles,
        contracts: Callable[[StackPin], Contract],
        cache: Path | None,
        part: Part | None = None,
        observer: CellObserver | None = None,
    ) -> None:
        self._observer = observer
        self._files = files
        self._part = part
        self._findings = Findings()
        self._configuration, faults = read_configured(files, cache)
        self._findings.add(faults)
        self._contracts = Contracts(contracts)
        # Before anything is read: what is written meanwhile must not pass for what was read.
        self._neighbourhood = Neighbourhood.of(files, self._configuration, cache) if part is None else None
        self._folders = self._find_cells()
        self._directory = self._make_directory()
        self._documents = Documents(files, self._configuration.levels)
        self._recall = self._open_recall(cache, _CACHE_FILE_BELOW)
        self._recall_last = self._open_recall(cache, _CACHE_FILE) if part is None else None
        self._resolutions = Resolutions()
        self._marks = LayerMarks(files, self._documents)
        self._outcomes: dict[CellAddress, CellOutcome] = {}
        self._faces: dict[CellAddress, bytes] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._sound: set[tuple[str, str, bytes]] = set()
        self._shapes: dict[Shape, Shape] = {}
        for recall in (self._recall, self._recall_last):
            self._shapes.update(recall.shapes if recall is not None else {})

    def fleet(self) -> Fleet:
        """Load everything and check it."""
        self.load()
        return self.checked({})

    def load(self) -> None:
        """Recall or resolve every cell."""
        for level in self._configuration.levels:
            self._load_level(level)

    @property
    def facts(self) -> dict[CellAddress, CellFacts]:
        """Give the cells that were loaded and whose documents could be read."""
        return {
            address: outcome.facts for address, outcome in self._outcomes.items() if outcome.facts is not None
        }

    @property
    def outcomes(self) -> Mapping[CellAddress, CellOutcome]:
        """Give what loading the cells gave."""
        return self._outcomes

    def asked(self, address: CellAddress) -> Collection[CellAddress]:
        """Give the cells that a loaded cell names outright."""
        return self._resolutions[address].asked

    def beside(self, names: Collection[str]) -> dict[str, ResolvedCell]:
        """Resolve other cells of the last level for their own sake: nothing that is wrong with them is told.

        No contract is looked into, so no source is fetched for them.
        """
        if not names:
            return {}
        level = self._configuration.levels[-1]
        context = replace(self._context(level), contracts=Contracts(_unread))
        found = find_cells(self._files, level.cells, level.position, names).cells
        return {name: resolve_cell(source, context) for name, source in found.items()}

    def checked(self, beside: Mapping[str, ResolvedCell]) -> Fleet:
        """Check what was loaded, also against cells beside it, and give the fleet."""
        configuration = self._configuration
        self._check_layers()
        facts = self.facts
        if beside or not all_sound(facts, self._contracts):
            self._check_whole(beside)
        for cell in beside.values():
            if cell.stateless or not cell.whole:
                # Nobody can tell that it is apart from the cells that were loaded.
                self._findings.add(cell.faults)
                self._findings.add(cell.findings, cell.address)
        self._findings.add(chain.from_iterable(self._contracts.faults.values()))
        self._keep()
        return Fleet(
            root=self._files.root,
            name=configuration.name,
            terraform=configuration.terraform,
            levels=configuration.levels,
            cells={address: cell.cell for address, cell in facts.items()},
            units=Roster(facts, self._resolutions),
            backend=configuration.backend,
            diagnostics=self._findings.result(),
            addresses=configuration.addresses,
            policies=configuration.policies,
            within=self._within(),
            beside={item.address: item.cell for item in beside.values() if item.cell is not None},
        )

    def _within(self) -> tuple[str, ...] | None:
        if self._part is None:
            return None
        *below, last = (level.name for level in self._configuration.levels)
        cells = sorted(self._part.cells)
        return (*(f"{level}/" for level in below), *(f"{last}/{cell}/" for cell in cells))

    def _open_recall(self, cache: Path | None, name: str) -> Recall | None:
        if cache is None:
            return None
        try:
            document = self._files.keep(FLEET_FILE)
        except DiagnosticError:
            return None
        # Which default layers there are is found out when fleet.yaml is read, and no part of it.
        layers = repr([(level, paths) for level, paths in self._configuration.layers.items()])
        return Recall(cache / name, cache_stamp(str(FORMAT), document, layers))

    def _find_cells(self) -> dict[str, CellFolder]:
        folders: dict[str, CellFolder] = {}
        for level in self._configuration.levels:
            if level.cells not in folders:
                only = self._part.cells if self._part is not None and self._is_last(level) else None
                folders[level.cells] = find_cells(self._files, level.cells, level.position, only)
                self._findings.add(folders[level.cells].findings)
        return folders

    def _is_last(self, level: Level) -> bool:
        return level is self._configuration.levels[-1]

    def _make_directory(self) -> Directory:
        levels = self._configuration.levels
        cells: dict[str, Collection[str]] = {level.name: self._folders[level.cells].cells for level in levels}
        if self._part is not None:
            cells[levels[-1].name] = self._part.names
        return Directory(self._configuration.name, levels, cells)

    def _load_level(self, level: Level) -> None:
        sources = self._folders[level.cells].cells
        context = self._context(level)
        self._resolutions.open_level(context, sources)
        loader = LevelLoad(
            context=context,
            files=self._files,
            recall=self._recall_last if self._is_last(level) else self._recall,
            resolutions=self._resolutions,
            surroundings=Surroundings(context, self._marks, self._faces),
            hosts=not self._is_last(level),
            shapes=self._shapes,
            observer=self._observer,
        )
        used = self._used.setdefault(level.name, {})
        for address, loaded in loader.load(sources).items():
            outcome = self._with_shared_environment(loaded)
            self._outcomes[address] = outcome
            self._findings.add(outcome.faults)
            self._findings.add(outcome.findings, address)
            used.update(dict.fromkeys(outcome.layers))
            if outcome.record is not None and outcome.record.face is not None:
                self._faces[address] = outcome.record.face

    def _with_shared_environment(self, outcome: CellOutcome) -> CellOutcome:
        """Let a cell that has its placement's environment have the same object, as when it is resolved."""
        facts = outcome.facts
        host = self._outcomes.get(facts.cell.placement) if facts and facts.cell.placement else None
        if facts is None or host is None or host.facts is None:
            return outcome
        shared = host.facts.cell.environment
        if facts.cell.environment is shared or facts.cell.environment != shared:
            return outcome
        cell = replace(facts.cell, environment=shared)
        return replace(outcome, facts=replace(facts, cell=cell))

    def _context(self, level: Level) -> LevelContext:
        below = {
            address: {name: CellAddress(name, cell) for name, cell in outcome.facts.ground}
            for address, outcome in self._outcomes.items()
            if outcome.facts is not None
        }
        return LevelContext(
            level=level,
            directory=self._directory,
            documents=self._documents,
            layering=Layering(level.name, self._configuration.layers[level.name], self._documents),
            contracts=self._contracts,
            state=StateBackend(self._configuration.backend, self._configuration.backend_config),
            grounds=Grounds(self._directory, level.name, below),
            below=self._resolutions,
            takers=tuple(item for item in self._configuration.levels if item.cells == level.cells),
        )

    def _check_layers(self) -> None:
        """Find what is wrong with the layers as such, which several levels may share."""
        levels = self._configuration.levels
        takers: dict[str, list[Level]] = {}
        for level in levels:
            fixed = {layer.text: None for layer in self._configuration.layers[level.name] if layer.fixed}
            layering = Layering(level.name, self._configuration.layers[level.name], self._documents)
            if not all(self._is_sound(level, path) for path in fixed):
                self._findings.add(layering.fixed_faults())
            for path in self._used.get(level.name, {}) | fixed:
                takers.setdefault(path, []).append(level)
        for path, taking in takers.items():
            if not all(self._is_sound(level, path) for level in taking):
                self._check_layer(path, taking)

    def _check_layer(self, path: str, taking: list[Level]) -> None:
        if self._documents.missing(path) is not None:
            return
        document = self._documents.layer(path)
        levels = self._configuration.levels
        unknown = tuple(unknown_stacks(document.root, taking, levels)) if document.root is not None else ()
        self._findings.add(unknown)
        digest = self._marks.content(path) if self._recall is not None else None
        if digest is not None and document.root is not None and not (document.faults or unknown):
            self._sound.update((level.name, path, digest) for level in taking)

    def _is_sound(self, level: Level, path: str) -> bool:
        """Tell whether this very layer was looked through before and nothing was found."""
        if self._recall is None or (digest := self._marks.content(path)) is None:
            return False
        known = (level.name, path, digest) in self._recall.sound_layers
        if known:
            self._sound.add((level.name, path, digest))
        return known

    def _check_whole(self, beside: Mapping[str, ResolvedCell]) -> None:
        """Look at everything at once, with every unit at hand."""
        cells = dict(self._resolutions)
        whole = Whole(
            cells=cells,
            units={unit.address: unit for cell in cells.values() for unit in cell.units},
            uses=tuple(use for cell in cells.values() for use in cell.uses),
            beside=tuple(beside.values()),
        )
        check_whole(whole, self._contracts, self._configuration.backend_position, self._findings)

    def _keep(self) -> None:
        """Write down what was found out, unless that is what was written already."""
        last = self._configuration.levels[-1].name if self._configuration.levels else ""
        below = {address: item for address, item in self._outcomes.items() if address.level != last}
        sound = frozenset(self._sound)
        if self._recall is not None and self._part is not None:
            # Layers that only other cells take are sound still.
            sound |= self._recall.sound_layers
        _store(self._recall, below, sound)
        _store(
            self._recall_last,
            {address: item for address, item in self._outcomes.items() if address.level == last},
            frozenset(),
        )
        if self._neighbourhood is not None:
            self._neighbourhood.settle(self._outcomes)


def _store(
    recall: Recall | None,
    outcomes: Mapping[CellAddress, CellOutcome],
    sound: frozenset[tuple[str, str, bytes]],
) -> None:
    if recall is None or (
        all(item.recalled or item.record is None for item in outcomes.values())
        and recall.holds_only(outcomes.keys(), sound)
    ):
        return
    records: dict[CellAddress, Record] = {
        address: outcome.record for address, outcome in outcomes.items() if outcome.record is not None
    }
    recall.store(records, sound)


def _unread(_pin: StackPin) -> Contract:
    raise DiagnosticError
