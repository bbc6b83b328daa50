"""One load of a fleet: the order of its steps, and what they hand on."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from cellwright.fleet.cell import LevelContext
from cellwright.fleet.cells import CellFolder, find_cells
from cellwright.fleet.checks import Whole, check_whole
from cellwright.fleet.configuration_cache import read_configured
from cellwright.fleet.configured import Configuration
from cellwright.fleet.contracts import Contracts
from cellwright.fleet.directory import Directory
from cellwright.fleet.documents import Documents
from cellwright.fleet.facts import Shape
from cellwright.fleet.files import FleetFiles
from cellwright.fleet.findings import Findings
from cellwright.fleet.fleet import FLEET_FILE, Fleet, Level
from cellwright.fleet.kept_file import stamp_of
from cellwright.fleet.layer_marks import LayerMarks
from cellwright.fleet.layering import Layering
from cellwright.fleet.level_load import LevelLoad
from cellwright.fleet.outcome import CellOutcome
from cellwright.fleet.placement import Grounds
from cellwright.fleet.profile import Surroundings
from cellwright.fleet.recall import FORMAT, Recall, Record
from cellwright.fleet.resolutions import Resolutions
from cellwright.fleet.roster import Roster
from cellwright.fleet.shape import unknown_stacks
from cellwright.fleet.soundness import all_sound
from cellwright.fleet.state import StateBackend
from cellwright.fleet.witness import Witness
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

_CACHE_FILE = "cells"


class Loading:
    """Loads a fleet once; with a folder for a cache, cells that are as they were are not resolved."""

    def __init__(
        self,
        files: FleetFiles,
        contracts: Callable[[StackPin], Contract],
        cache: Path | None,
        witness: Witness | None = None,
    ) -> None:
        self._witness = witness
        self._files = files
        self._findings = Findings()
        self._configuration, faults = read_configured(files, cache)
        self._findings.add(faults)
        self._contracts = Contracts(contracts)
        self._folders = self._find_cells()
        self._directory = _directory(self._configuration, self._folders)
        self._documents = Documents(files, self._configuration.levels)
        self._recall = self._open_recall(cache)
        self._resolutions = Resolutions()
        self._marks = LayerMarks(files, self._documents)
        self._outcomes: dict[CellAddress, CellOutcome] = {}
        self._faces: dict[CellAddress, bytes] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._sound: set[tuple[str, str, bytes]] = set()
        self._shapes: dict[Shape, Shape] = self._recall.shapes if self._recall is not None else {}

    def fleet(self) -> Fleet:
        """Load everything and check it."""
        configuration = self._configuration
        for level in configuration.levels:
            self._load_level(level)
        self._check_layers()
        facts = {
            address: outcome.facts for address, outcome in self._outcomes.items() if outcome.facts is not None
        }
        if not all_sound(facts, self._contracts):
            self._check_whole()
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
        )

    def _open_recall(self, cache: Path | None) -> Recall | None:
        if cache is None:
            return None
        try:
            document = self._files.keep(FLEET_FILE)
        except DiagnosticError:
            return None
        # Which default layers there are is found out when fleet.yaml is read, and no part of it.
        layers = repr([(level, paths) for level, paths in self._configuration.layers.items()])
        return Recall(cache / _CACHE_FILE, stamp_of(str(FORMAT), document, layers))

    def _find_cells(self) -> dict[str, CellFolder]:
        folders: dict[str, CellFolder] = {}
        for level in self._configuration.levels:
            if level.cells not in folders:
                folders[level.cells] = find_cells(self._files, level.cells, level.position)
                self._findings.add(folders[level.cells].findings)
        return folders

    def _load_level(self, level: Level) -> None:
        sources = self._folders[level.cells].cells
        context = self._context(level)
        self._resolutions.open_level(context, sources)
        loader = LevelLoad(
            context=context,
            files=self._files,
            recall=self._recall,
            resolutions=self._resolutions,
            surroundings=Surroundings(context, self._marks, self._faces),
            hosts=level is not self._configuration.levels[-1],
            shapes=self._shapes,
            witness=self._witness,
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

    def _check_whole(self) -> None:
        """Look at everything at once, with every unit at hand."""
        cells = dict(self._resolutions)
        whole = Whole(
            cells=cells,
            units={unit.address: unit for cell in cells.values() for unit in cell.units},
            uses=tuple(use for cell in cells.values() for use in cell.uses),
        )
        check_whole(whole, self._contracts, self._configuration.backend_position, self._findings)

    def _keep(self) -> None:
        """Write down what was found out, unless that is what was written already."""
        if self._recall is None:
            return
        if all(item.recalled or item.record is None for item in self._outcomes.values()) and (
            self._recall.holds_only(self._outcomes.keys(), frozenset(self._sound))
        ):
            return
        records: dict[CellAddress, Record] = {
            address: outcome.record
            for address, outcome in self._outcomes.items()
            if outcome.record is not None
        }
        self._recall.store(records, frozenset(self._sound))


def _directory(configuration: Configuration, folders: dict[str, CellFolder]) -> Directory:
    cells = {level.name: folders[level.cells].cells for level in configuration.levels}
    return Directory(configuration.name, configuration.levels, cells)
