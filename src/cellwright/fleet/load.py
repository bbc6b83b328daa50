"""A fleet repository, loaded: every document read, every cell resolved, everything checked, in one go."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cellwright.fleet.cell import LevelContext, ResolvedCell, resolve_cell
from cellwright.fleet.cells import CellFolder, find_cells
from cellwright.fleet.checks import Whole, check_whole
from cellwright.fleet.configuration import Configuration, read_configuration
from cellwright.fleet.contracts import Contracts
from cellwright.fleet.directory import Directory
from cellwright.fleet.documents import Documents
from cellwright.fleet.files import FleetFiles
from cellwright.fleet.findings import Findings
from cellwright.fleet.fleet import FLEET_FILE, Fleet, Level
from cellwright.fleet.layering import Layering
from cellwright.fleet.placement import Grounds
from cellwright.fleet.reader import Document, read_document
from cellwright.fleet.shape import unknown_stacks
from cellwright.fleet.state import StateBackend
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract


def find_root(start: Path) -> Path:
    """Find the fleet repository that `start` lies in: the nearest folder with a fleet.yaml.

    Raises:
        DiagnosticError: there is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FLEET_FILE).exists():
            return folder
    raise DiagnosticError(
        error(
            f"there is no {FLEET_FILE} in {start} or above it",
            "go into a fleet repository, name one with --fleet DIR, or make one: cellwright init DIR",
        )
    )


def load_fleet(root: Path, contracts: Callable[[StackPin], Contract]) -> Fleet:
    """Load and check a whole fleet; what is wrong with it stands in `Fleet.diagnostics`.

    Raises:
        DiagnosticError: there is no fleet.yaml in `root`.
    """
    files = FleetFiles(root.absolute())
    if not files.exists(FLEET_FILE):
        raise DiagnosticError(error(f"there is no {FLEET_FILE} in {root}", "make one: cellwright init DIR"))
    with _collection_paused():
        return _Loading(files, contracts).fleet()


class _Loading:
    """One load: the order of its steps, and what they hand on."""

    def __init__(self, files: FleetFiles, contracts: Callable[[StackPin], Contract]) -> None:
        self._files = files
        self._findings = Findings()
        self._configuration, faults = read_configuration(_fleet_document(files), files.exists)
        self._findings.add(faults)
        self._contracts = Contracts(contracts)
        self._folders = self._find_cells()
        self._directory = _directory(self._configuration, self._folders)
        self._documents = Documents(files, self._configuration.levels)
        self._layerings = {
            level.name: Layering(level.name, self._configuration.layers[level.name], self._documents)
            for level in self._configuration.levels
        }
        self._cells: dict[CellAddress, ResolvedCell] = {}

    def fleet(self) -> Fleet:
        configuration = self._configuration
        for level in configuration.levels:
            self._resolve_level(level)
        self._check_layers()
        whole = Whole(
            cells=self._cells,
            units={unit.address: unit for cell in self._cells.values() for unit in cell.units},
            uses=tuple(use for cell in self._cells.values() for use in cell.uses),
        )
        check_whole(whole, self._contracts, configuration.backend_position, self._findings)
        self._findings.add(self._contracts.faults)
        return Fleet(
            root=self._files.root,
            name=configuration.name,
            terraform=configuration.terraform,
            levels=configuration.levels,
            cells={address: item.cell for address, item in self._cells.items() if item.cell is not None},
            units=whole.units,
            diagnostics=self._findings.result(),
            uses=whole.uses,
        )

    def _find_cells(self) -> dict[str, CellFolder]:
        folders: dict[str, CellFolder] = {}
        for level in self._configuration.levels:
            if level.cells not in folders:
                folders[level.cells] = find_cells(self._files, level.cells, level.position)
                self._findings.add(folders[level.cells].findings)
        return folders

    def _resolve_level(self, level: Level) -> None:
        layering = self._layerings[level.name]
        self._findings.add(layering.fixed_faults())
        below = {address: cell.ground for address, cell in self._cells.items()}
        context = LevelContext(
            level=level,
            directory=self._directory,
            documents=self._documents,
            layering=layering,
            contracts=self._contracts,
            state=StateBackend(self._configuration.backend, self._configuration.backend_config),
            grounds=Grounds(self._directory, level.name, below),
            below=dict(self._cells),
            takers=tuple(item for item in self._configuration.levels if item.cells == level.cells),
        )
        for source in self._folders[level.cells].cells.values():
            resolved = resolve_cell(source, context)
            self._cells[resolved.address] = resolved
            self._findings.add(resolved.faults)
            self._findings.add(resolved.findings, resolved.address)

    def _check_layers(self) -> None:
        """Find settings for unknown stacks in layers, which several levels may share."""
        levels = self._configuration.levels
        takers: dict[str, list[Level]] = {}
        for level in levels:
            fixed = {layer.text for layer in self._configuration.layers[level.name] if layer.fixed}
            for path in self._layerings[level.name].used() | fixed:
                takers.setdefault(path, []).append(level)
        for path, taking in takers.items():
            if self._documents.missing(path) is None and (root := self._documents.layer(path).root):
                self._findings.add(unknown_stacks(root, taking, levels))


def _fleet_document(files: FleetFiles) -> Document:
    try:
        return read_document(files.read_text(FLEET_FILE), FLEET_FILE)
    except DiagnosticError as failure:
        return Document(FLEET_FILE, None, failure.diagnostics)


def _directory(configuration: Configuration, folders: dict[str, CellFolder]) -> Directory:
    cells = {level.name: folders[level.cells].cells for level in configuration.levels}
    return Directory(configuration.name, configuration.levels, cells)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Pause the garbage collector: a load makes a million objects, hardly any of them garbage.

    What was loaded lives on, so it is also taken out of the collector's later rounds, each of which would
    walk over all of it. (It is still freed when nobody refers to it any more: there are no cycles in it.)
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
