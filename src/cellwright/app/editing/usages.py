"""Where else that is written which the cursor is on: an input, a key of cells, a name, a secret.

Files are searched as texts, so that it is quick in a fleet of ten thousand cells: none is resolved.
"""

import re
from collections.abc import Iterator

from cellwright.app.editing.edited import EditedFleet
from cellwright.app.editing.fleet_file.cursor import Cursor, cursor_at
from cellwright.app.editing.fleet_file.names import declared_for
from cellwright.app.editing.place import place_at
from cellwright.app.editing.takers import layer_files, layers_of
from cellwright.app.fleet.schema.settings import setting_at
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.yaml.node import Node, Step
from cellwright.model.position import Position

_MOST = 2_000
"""Places that are given: no person reads more."""


def usages(fleet: EditedFleet, path: str, line: int, column: int) -> tuple[Position, ...]:
    """Give the places, in the order of the files. Line and column are counted from 0, the answer from 1."""
    found = dict[Position, None]()
    for position in _usages(fleet, path, line, column):
        found[position] = None
        if len(found) == _MOST:
            break
    return tuple(found)


def _usages(fleet: EditedFleet, path: str, line: int, column: int) -> Iterator[Position]:
    role = fleet.role(path)
    if role is None:
        return
    if role.levels:
        steps = place_at(fleet.text(path), line, column).path
        yield from _of_settings(fleet, _without_level(steps))
        return
    root = fleet.known_document(FLEET_FILE)
    cursor = cursor_at(root, line + 1, column + 1) if root is not None else None
    if root is not None and cursor is not None:
        yield from _of_fleet_file(fleet, root, cursor)


def _of_settings(fleet: EditedFleet, steps: tuple[str, ...]) -> Iterator[Position]:
    """Yield the places that set an input of a stack or a key of cells, and those that take the key."""
    if len(steps) > 1 and steps[0] in {"stacks", "environment"}:
        yield from _writing(fleet, steps)
    elif steps and steps[0] not in RESERVED:
        yield from _writing(fleet, steps)
        yield from _saying(fleet, rf"(?<!\$)\$\{{cell\.{re.escape('.'.join(steps))}(?=[.}}])")


def _of_fleet_file(fleet: EditedFleet, root: Node, cursor: Cursor) -> Iterator[Position]:
    keys, name = cursor.keys, cursor.keys[-1]
    if keys[:-1] == ("levels", "stacks"):
        yield from _writing(fleet, ("stacks", name))
        yield from _naming(root, name)
        yield from _saying(fleet, rf"(?<!\$)\$\{{output\.([A-Za-z0-9_/-]+[./])?{re.escape(name)}\.")
    elif keys[:-1] == ("secrets",):
        yield from _saying(fleet, rf"(?<!\$)\$\{{secret\.{re.escape(name)}(?=[.}}])")
    elif keys[:-1] == ("checks",):
        yield from _naming(root, name)
    elif cursor.pattern == "levels[].name":
        yield from _naming(root, str(cursor.node.value))
        yield from _writing(fleet, ("levels", str(cursor.node.value)))
    elif cursor.pattern == "levels[].layers":
        level = fleet.session.levels()[int(cursor.path[1])]
        found = find_cells(FleetFiles(fleet.session.root), level.cells, level.position).cells
        yield from (Position(cell.files[0]) for cell in found.values() if cell.files)


def _naming(root: Node, name: str) -> Iterator[Position]:
    """Yield the settings of fleet.yaml that name what it declares itself."""

    def walk(node: Node, path: tuple[Step, ...]) -> Iterator[Position]:
        if node.value == name:
            item = setting_at(tuple(step for step in path if isinstance(step, str)))
            if item is not None and name in declared_for(root, item.path):
                yield node.position
        for key, below in (node.entries or {}).items():
            yield from walk(below, (*path, key))
        if isinstance(node.content, list):
            for place, below in enumerate(node.content):
                yield from walk(below, (*path, place))

    yield from walk(root, ())


def _writing(fleet: EditedFleet, steps: tuple[str, ...]) -> Iterator[Position]:
    """Yield where settings write a key, for the cell itself or for the cells that are placed in it."""
    key = re.compile(rf"""(?<![\w.-])["']?{re.escape(steps[-1])}["']?\s*:""")
    for path, text in _texts(fleet):
        for found in key.finditer(text):
            line, column = _line_of(text, found.start())
            if _without_level(place_at(text, line, column).path, steps) == steps:
                yield Position(path, line + 1, column + 1)


def _saying(fleet: EditedFleet, pattern: str) -> Iterator[Position]:
    said = re.compile(pattern)
    for path, text in (*_texts(fleet), (FLEET_FILE, fleet.text(FLEET_FILE))):
        for found in said.finditer(text):
            line, column = _line_of(text, found.start())
            yield Position(path, line + 1, column + 1)


def _without_level(path: tuple[str, ...], wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Leave out `levels: NAME:`, unless that is what is wanted."""
    return path[2:] if len(path) > 2 and path[0] == "levels" and wanted[:1] != ("levels",) else path  # noqa: PLR2004


def _texts(fleet: EditedFleet) -> Iterator[tuple[str, str]]:
    """Yield the texts of all layers and cells, as they are in the editor, else on disk."""
    files, seen = FleetFiles(fleet.session.root), set[str]()
    for level in fleet.session.levels():
        layers = [path for layer in layers_of(level) for path in layer_files(fleet.session.root, layer)]
        cells = find_cells(files, level.cells, level.position).cells.values()
        for path in (*layers, *(path for cell in cells for path in cell.files)):
            if path not in seen:
                seen.add(path)
                yield path, fleet.text(path)


def _line_of(text: str, index: int) -> tuple[int, int]:
    """Give line and column, counted from 0."""
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)
