"""Explains where a value comes from: every layer that sets it, with file, line and column.

The documents of the one cell are read again for this, so that a load need not keep them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from cellwright.fleet.config.cells import CellSource, find_cells
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.layer_paths import layer_paths
from cellwright.fleet.config.settings import OWN_KEYS
from cellwright.fleet.fleet import FLEET_FILE, Fleet, Level, StackSettings
from cellwright.fleet.following import followed_in, origins_in, part_of, reached
from cellwright.fleet.resolve.layering import Layering, merge_layers
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import MergeTag, Node, get_node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import KEYS
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Origin
from cellwright.model.value import Value

BINARY_PATHS: Mapping[str, str] = {f"terraform.{key}": key for key in KEYS}
"""How the keys of `terraform:` are named when they are explained."""

_ROOTS_KEPT = 32
"""So many cells' merged settings are kept: units of one cell, or of cells in one placement, share them."""


class Origins:
    """Explains inputs of units of these cells; what several of them take is read again once."""

    def __init__(self, fleet: Fleet, cells: Collection[CellAddress]) -> None:
        self._fleet = fleet
        self._documents = _Documents(fleet, cells)

    def of(self, address: UnitAddress, input_path: str, also: Collection[str] = ()) -> tuple[Origin, ...]:
        """Give the origins of a unit's input, or of a part of it: one for each layer, the effective one last.

        `input_path` has dots between its steps: `settings.logging.level`, `zones.0`; keys may hold dots
        themselves. Behind a reference to a key of the cell, or of its placement, come the layers that set
        this key. Cellwright's own keys can be explained too: `enabled`, `version`, and `BINARY_PATHS`.
        `also` are names that may be meant besides those that layers set.

        Raises:
            DiagnosticError: the fleet has no such unit, its files can no longer be read, or no layer sets
                the input.
        """
        fleet, documents = self._fleet, self._documents
        if address not in fleet.units:
            known = (str(unit) for unit in fleet.units)
            raise DiagnosticError(error(f"there is no unit {address}", advice(str(address), known)))
        steps = input_path.split(".")
        settings = self._settings(address)
        is_input = settings is not None and settings.get(steps[0]) is not None
        if input_path in BINARY_PATHS and not is_input:
            return _binary_origins(documents, address.of_cell, BINARY_PATHS[input_path])
        cell = address.of_cell
        origins = origins_in(settings, steps, lambda found: documents.referred(cell, found))
        if input_path in OWN_KEYS:
            level = next(item for item in fleet.levels if item.name == address.level)
            origins = (*_declared(level.stacks[address.stack], input_path), *origins)
        if not origins:
            known_keys = [key for key, _ in settings.present()] if settings is not None else []
            detail = (
                advice(steps[0], {*known_keys, *also})
                if steps[0] not in known_keys
                else "only a part of it is set"
            )
            raise DiagnosticError(error(f"no layer sets '{input_path}' for {address}", detail))
        return origins

    def followed(self, address: UnitAddress, input_path: str) -> Iterator[tuple[str, Origin]]:
        """Yield the references within an input's value, with each line that says what they stand for.

        Those that stand in the values which they lead to come with them; what no line says, such as the
        cell's name, is left out.

        Raises:
            DiagnosticError: its files can no longer be read.
        """
        setting, rest = reached(self._settings(address), input_path.split("."))
        if setting is None:
            return iter(())
        written = part_of(setting, rest) if rest else setting
        return followed_in(written, lambda found: self._documents.referred(address.of_cell, found), set())

    def _settings(self, address: UnitAddress) -> Setting | None:
        root = self._documents.root(address.of_cell)
        stacks = root.get("stacks") if root is not None else None
        return stacks.get(address.stack) if stacks is not None else None

    def of_cell(self, address: CellAddress, path: str) -> tuple[Origin, ...]:
        """Give the origins of one of a cell's own keys, or of a part of it; () if no layer sets it.

        Raises:
            DiagnosticError: its files can no longer be read.
        """
        root = self._documents.root(address)
        return origins_in(root, path.split("."), lambda found: self._documents.referred(address, found))


def merged_settings(fleet: Fleet, cell: CellAddress, files: FleetFiles) -> Setting | None:
    """Give a loaded cell's merged settings with what each layer said; None if it can't be read.

    `files` may hold texts that are only planned.

    Raises:
        DiagnosticError: fleet.yaml can no longer be read.
    """
    return _Documents(fleet, (cell,), files).root(cell)


def binary_position(fleet: Fleet, cell: CellAddress, keys: Sequence[str] = KEYS) -> Position | None:
    """Give the line nearest to a cell that says which program runs its units; None if there is none.

    `keys` are those that matter: what is wrong with a program's name is not told at its version.

    Raises:
        DiagnosticError: its files can no longer be read.
    """
    documents = _Documents(fleet, (cell,))
    found = [_binary_origins(documents, cell, key) for key in keys]
    decisive = [chain[-1] for chain in found if chain]
    # A layer, or a file of the cell, is nearer than fleet.yaml.
    nearer = [origin for origin in decisive if origin.layer != FLEET_FILE]
    return (nearer or decisive)[-1].position if decisive else None


def _binary_origins(documents: "_Documents", cell: CellAddress, key: str) -> tuple[Origin, ...]:
    """Give every line that says something about one key of `terraform:`, the one that decides last.

    Whoever names the other of `binary` and `product` decides too: what a lower layer says counts no more.
    """
    related = (key,) if key == "version" else ("binary", "product")
    origins: list[Origin] = []
    for node in documents.binary_layers(cell):
        entries = node.entries or {}
        set_here = [name for name in related if name in entries]
        if not set_here or (key not in entries and not origins):
            continue
        written = entries[key if key in entries else set_here[0]]
        value = written.value if key in entries and written.merge_tag is not MergeTag.UNSET else None
        origins.append(Origin(written.layer, written.position, value, origins[-1] if origins else None))
    return tuple(origins)


class _Documents:
    """Reads the documents of a loaded fleet again, those of a few cells or more."""

    def __init__(self, fleet: Fleet, cells: Collection[CellAddress], files: FleetFiles | None = None) -> None:
        self._fleet = fleet
        self._cells = cells
        self._sources: dict[CellAddress, CellSource | None] = {}
        self._files = files or FleetFiles(fleet.root)
        from cellwright.fleet.yaml.reader import read_document  # noqa: PLC0415  it brings a YAML library

        # What the fleet was loaded with is known to be valid: only its nodes are read again.
        self._fleet_file = read_document(self._files.read_text(FLEET_FILE), FLEET_FILE).root
        self._documents = Documents(self._files, fleet.levels)
        self._layerings: dict[str, Layering] = {}
        self.root = lru_cache(_ROOTS_KEPT)(self._root)
        """Merge a cell's layers again; None if it is gone or can't be read."""

    def binary_layers(self, address: CellAddress) -> Iterator[Node]:
        """Yield every `terraform:` that counts for a cell, lowest first."""
        levels = [level.name for level in self._fleet.levels]
        paths: list[tuple[str | int, ...]] = [("terraform",)]
        if address.level in levels:
            paths.append(("levels", levels.index(address.level), "terraform"))
        for path in paths:
            if self._fleet_file is not None and (node := get_node(self._fleet_file, *path)) is not None:
                yield node
        root = self.root(address)
        setting = root.get("terraform") if root is not None else None
        for layer in setting.layers() if setting is not None else ():
            yield layer.node

    def referred(self, address: CellAddress, reference: Reference) -> Setting | None:
        """Give the settings of the cell, or of its placement, if a reference looks into them."""
        cell = self._fleet.cells.get(address)
        level = self._level(address)
        if reference.head == "cell":
            return self.root(address)
        if cell is None or cell.placement is None or level is None or reference.head != level.placement:
            return None
        return self.root(cell.placement)

    def _root(self, address: CellAddress) -> Setting | None:
        cell = self._fleet.cells.get(address)
        level = self._level(address)
        if cell is None or level is None:
            return None
        source = self._source(address, level)
        own = self._documents.own(source) if source is not None else None
        if own is None or not own.roots:
            return None
        layering = self._layering(level)
        named = layering.base(address, own.roots)
        host = self.root(cell.placement) if cell.placement is not None else None
        sections = host.get("levels") if host is not None else None
        return merge_layers(own, named, cell.placement, sections, layering).root

    def _level(self, address: CellAddress) -> Level | None:
        return next((item for item in self._fleet.levels if item.name == address.level), None)

    def _source(self, address: CellAddress, level: Level) -> CellSource | None:
        """Find a cell's files; the folder is listed once for all cells of its level that are asked for."""
        if address not in self._sources:
            names = {item.cell for item in self._cells if item.level == level.name} | {address.cell}
            found = find_cells(self._files, level.cells, level.position, names).cells
            self._sources |= {CellAddress(level.name, name): found.get(name) for name in names}
        return self._sources[address]

    def _layering(self, level: Level) -> Layering:
        if level.name not in self._layerings:
            index, root = self._fleet.levels.index(level), self._fleet_file
            paths = layer_paths(root, index, level.name, self._files.exists) if root is not None else ()
            self._layerings[level.name] = Layering(level, paths, self._documents)
        return self._layerings[level.name]


def _declared(stack: StackSettings, key: str) -> tuple[Origin, ...]:
    """Give the value of one of Cellwright's own keys in fleet.yaml."""
    value: Value = stack.enabled if key == "enabled" else stack.version
    return (Origin(FLEET_FILE, stack.position, value),) if value is not None else ()
