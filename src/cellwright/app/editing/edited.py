"""A fleet while its files are edited: texts that are not saved, and what they make of one cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.config.document_rules import document_faults, unknown_stacks
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Cell, Fleet, Level
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import StackPin, Unit
from cellwright.stacks.contract import Contract

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Role:
    """What a file of the fleet is: fleet.yaml, a cell's file, or a layer."""

    levels: tuple[Level, ...]
    """Those whose cells take it; none of fleet.yaml."""
    cells: tuple[CellAddress, ...] = ()
    """The cell itself, in each of these levels; of a layer, the first cell of each that takes it."""
    is_layer: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A cell as it will be with the texts of the editor."""

    address: CellAddress
    fleet: Fleet
    """The cell, and the levels below it."""
    merged: Setting
    """Its settings, with what each layer says."""

    @property
    def cell(self) -> Cell:
        """The cell itself."""
        return self.fleet.cells[self.address]

    def unit(self, stack: str) -> Unit | None:
        """Give its unit of a stack; None if it has none."""
        address = UnitAddress(self.address.level, self.address.cell, stack)
        return self.fleet.units.get(address)

    def setting(self, path: Sequence[str]) -> Setting | None:
        """Follow a path into the merged settings."""
        found: Setting | None = self.merged
        for step in path:
            found = found.get(step) if found is not None else None
        return found


class EditedFleet:
    """Answers for one fleet. Texts are put by one thread; anything else may be asked from any."""

    def __init__(self, session: FleetSession) -> None:
        self.session = session
        self._texts: dict[str, str] = {}
        self._good: dict[str, tuple[PlannedCell, ...]] = {}

    def put(self, path: str, text: str | None) -> None:
        """Take a file's text as it is in the editor; None: as it is on disk."""
        texts = dict(self._texts)
        if text is None:
            texts.pop(path, None)
        else:
            texts[path] = text
        self._texts = texts

    def text(self, path: str) -> str:
        """Give a file's text; empty if there is none."""
        if path in self._texts:
            return self._texts[path]
        try:
            return FleetFiles(self.session.root).read_text(path)
        except DiagnosticError:
            return ""

    def saved(self) -> None:
        """Forget what was read of stacks and policies: a file was written."""
        self.session.renew()

    def role(self, path: str) -> Role | None:
        """Tell what a file is; None if the fleet takes nothing from it."""
        if path == FLEET_FILE:
            return Role(())
        if not path.endswith(_SUFFIXES):
            return None
        levels = self.session.levels()
        for level in levels:
            if path.startswith(f"{level.cells}/"):
                name = path.removeprefix(f"{level.cells}/").split("/")[0]
                same = tuple(item for item in levels if item.cells == level.cells)
                cell = name.removesuffix(".yaml").removesuffix(".yml")
                return Role(same, tuple(CellAddress(item.name, cell) for item in same))
        taking = tuple(level for level in levels if any(_is_layer(layer, path) for layer in _layers(level)))
        return Role(taking, tuple(self._first(level) for level in taking), is_layer=True) if taking else None

    def findings(self, path: str) -> tuple[Diagnostic, ...]:
        """Give every finding in a file, by its text as it is in the editor."""
        role = self.role(path)
        if role is None:
            return ()
        text, found = self.text(path), dict[Diagnostic, None]()
        document = read_document(text, path)
        found.update(dict.fromkeys(document.faults))
        if path == FLEET_FILE:
            files = FleetFiles(self.session.root)
            found.update(dict.fromkeys(read_configuration(document, files.exists)[1]))
        elif document.root is not None:
            levels = self.session.levels()
            found.update(dict.fromkeys(document_faults(document.root, levels)))
            found.update(dict.fromkeys(unknown_stacks(document.root, role.levels, levels)))
            found.update(dict.fromkeys(self._plan(path, role)[1]))
        return tuple(sorted((item for item in found if _in(item, path)), key=_place))

    def planned(self, path: str) -> tuple[PlannedCell, ...]:
        """Give the cells that a file speaks of, as they will be; as they were while it can't be read."""
        return self._plan(path, self.role(path))[0]

    def _plan(self, path: str, role: Role | None) -> tuple[tuple[PlannedCell, ...], list[Diagnostic]]:
        """Give these cells, and what is found in any file of theirs."""
        cells = role.cells if role is not None else ()
        made: list[PlannedCell] = []
        found: list[Diagnostic] = []
        for cell in cells:
            try:
                planned = self.session.planned(cell, self._overlay(path))
            except DiagnosticError as failure:
                found.extend(failure.diagnostics)
                continue
            loaded = planned.snapshot.fleet
            found.extend(loaded.diagnostics)
            if planned.merged is not None and cell in loaded.cells:
                made.append(PlannedCell(cell, loaded, planned.merged))
        if len(made) == len(cells):
            self._good[path] = tuple(made)
        return tuple(made) or self._good.get(path, ()), found

    def known(self, path: str) -> tuple[PlannedCell, ...]:
        """Give the cells that a file speaks of as they were last known."""
        return self._good.get(path) or self.planned(path)

    def contract(self, level: Level, stack: str) -> Contract | None:
        """Give a stack's contract; None if it can't be read."""
        declared = level.stacks.get(stack)
        if declared is None:
            return None
        try:
            return self.session.contract(StackPin(declared.source, declared.version, binary=level.binary))
        except DiagnosticError:
            return None

    def cells_of(self, level: Level) -> tuple[str, ...]:
        """Give the names of a level's cells."""
        return tuple(find_cells(FleetFiles(self.session.root), level.cells, level.position).cells)

    def _overlay(self, path: str) -> Mapping[str, str]:
        # fleet.yaml counts once it is saved: half of it would make findings in every cell.
        texts = {name: text for name, text in self._texts.items() if name != FLEET_FILE}
        return {path: self.text(path), **texts}

    def _first(self, level: Level) -> CellAddress:
        names = self.cells_of(level)
        return CellAddress(level.name, names[0] if names else "cell")


def _layers(level: Level) -> tuple[str, ...]:
    return (*level.layers, *((level.suspended,) if level.suspended else ()))


def _is_layer(pattern: str, path: str) -> bool:
    parts = re.split(r"\$\{[^}]*\}", pattern)
    return re.fullmatch("[^/]+".join(map(re.escape, parts)), path) is not None


def _in(item: Diagnostic, path: str) -> bool:
    return item.position is not None and item.position.file == path


def _place(item: Diagnostic) -> tuple[Position, str]:
    return (item.position or Position(""), item.summary)
