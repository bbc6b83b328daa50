"""A fleet while its files are edited: texts that are not saved, and what they make of one cell."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cellwright.app.editing.takers import Takers, is_layer, layers_of
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.config.document_rules import document_faults, unknown_stacks
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Cell, Fleet, Level
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import StackPin, Unit
from cellwright.stacks.contract import Contract

_SUFFIXES = (".yaml", ".yml")
_SECONDS = 1.0
"""For which the cells of a layer are looked at: one takes a fiftieth of a second or so."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a file of the fleet is: fleet.yaml, a cell's file, or a layer."""

    levels: tuple[Level, ...]
    """Those whose cells take it; none of fleet.yaml."""
    cells: tuple[CellAddress, ...] = ()
    """The cell itself, in each of these levels; of a layer, cells that take it, a few of each level."""
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

    def takes(self, layer: str) -> bool:
        """Tell whether a layer is one of the cell's."""
        return any(item.node.layer == layer for item in self.merged.layers())

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
        self._documents: dict[str, Node] = {}
        self._takers = Takers(session)

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

    def known_document(self, path: str) -> Node | None:
        """Give a file's content as it could last be read; None if it never could."""
        root = read_document(self.text(path), path).root
        if root is not None:
            self._documents[path] = root
        return self._documents.get(path)

    def saved(self) -> None:
        """Forget what was read of stacks, policies and cells: a file was written."""
        self.session.renew()
        self._takers.forget()

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
        taking = tuple(level for level in levels if any(is_layer(layer, path) for layer in layers_of(level)))
        cells = tuple(cell for level in taking for cell in self._takers.of(level, path))
        return Role(taking, cells, is_layer=True) if taking else None

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
            found.update(dict.fromkeys(_of_all_cells(path, self._judged(path, role))))
        return tuple(sorted((item for item in found if _in(item, path)), key=_place))

    def planned(self, path: str) -> tuple[PlannedCell, ...]:
        """Give the cells that a file speaks of, as they will be; as they were while it can't be read.

        Of a layer, one cell of each level is given.
        """
        made: dict[str, PlannedCell] = {}
        role = self.role(path)
        for address in role.cells if role is not None else ():
            if address.level not in made:
                cell, _ = self._plan(path, address)
                if cell is not None and (not role or not role.is_layer or cell.takes(path)):
                    made[address.level] = cell
        if made:
            self._good[path] = tuple(made.values())
        return self._good.get(path, ())

    def _judged(self, path: str, role: Role) -> Iterator[tuple[CellAddress, Sequence[Diagnostic]]]:
        """Yield what is found in any file of the cells that a file speaks of, each with its findings.

        Of a layer, as many are looked at as a second allows, and no more once somebody types on.
        """
        texts, until, made = self._texts, time.monotonic() + _SECONDS, dict[str, PlannedCell]()
        for address in role.cells:
            late = time.monotonic() > until or self._texts is not texts
            if late and address.level in made:
                continue
            cell, found = self._plan(path, address)
            if cell is None or not role.is_layer or cell.takes(path):
                yield address, found
                if cell is not None:
                    made.setdefault(address.level, cell)
        self._good[path] = tuple(made.values()) or self._good.get(path, ())

    def _plan(self, path: str, address: CellAddress) -> tuple[PlannedCell | None, Sequence[Diagnostic]]:
        """Give a cell with the texts of the editor, and what is found in any file of it."""
        try:
            planned = self.session.planned(address, self._overlay(path))
        except DiagnosticError as failure:
            return None, failure.diagnostics
        loaded = planned.snapshot.fleet
        known = planned.merged is not None and address in loaded.cells
        made = PlannedCell(address, loaded, planned.merged) if known and planned.merged is not None else None
        return made, loaded.diagnostics

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


def _of_all_cells(
    path: str, judged: Iterable[tuple[CellAddress, Sequence[Diagnostic]]]
) -> Iterator[Diagnostic]:
    """Yield what is found in a file, once for all cells of which the same is to be said."""
    alike: dict[Diagnostic, list[tuple[CellAddress, Diagnostic]]] = {}
    looked = 0
    for address, found in judged:
        looked += 1
        for item in found:
            if _in(item, path):
                summary = item.summary.replace(str(address), "")
                alike.setdefault(replace(item, summary=summary), []).append((address, item))
    for cells in alike.values():
        address, first = cells[0]
        if len(cells) == 1 or str(address) not in first.summary:
            yield first
        else:
            others = f"{address} and {len(cells) - 1} more of {looked} cells looked at"
            yield replace(first, summary=first.summary.replace(str(address), others))


def _in(item: Diagnostic, path: str) -> bool:
    return item.position is not None and item.position.file == path


def _place(item: Diagnostic) -> tuple[Position, str]:
    return (item.position or Position(""), item.summary)
