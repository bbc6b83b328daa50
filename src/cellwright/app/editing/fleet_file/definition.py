"""Where that lies which fleet.yaml names: a level's cells, a stack's files, a layer, a pack, a check."""

import re
from collections.abc import Iterator

from cellwright.app.editing.edited import EditedFleet
from cellwright.app.editing.fleet_file.cursor import Cursor, cursor_at
from cellwright.app.editing.fleet_file.names import declared_for, entries
from cellwright.app.editing.takers import layer_files
from cellwright.fleet.config.cells import find_cells
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import DEFAULT_POLICY_FOLDER, FLEET_FILE
from cellwright.fleet.yaml.node import Node, get_node
from cellwright.model.position import Position

_MOST = 100
"""Files that are named: an editor shows them in a list."""
_FOLDERS = {"levels[].stacks.NAME.source": "*.tf", "policies.folder": "**/*.rego"}
_PLAIN_FILES = frozenset({"audit.anchors[].file", "secrets.NAME.ca_file"})
_SECRET = re.compile(r"(?<!\$)\$\{secret\.([A-Za-z0-9_-]+)")


def fleet_definitions(fleet: EditedFleet, line: int, column: int) -> tuple[Position, ...]:
    """Give the places, the best one first; none if there is nothing. All are counted from 1."""
    root = fleet.known_document(FLEET_FILE)
    cursor = cursor_at(root, line, column) if root is not None else None
    if root is None or cursor is None:
        return ()
    return tuple(dict.fromkeys(_places(fleet, root, cursor)))[:_MOST]


def _places(fleet: EditedFleet, root: Node, cursor: Cursor) -> Iterator[Position]:
    value, pattern = cursor.node.value, cursor.pattern
    level = cursor.path[1] if cursor.path[0] == "levels" and isinstance(cursor.path[1], int) else None
    if not isinstance(value, str):
        if cursor.keys[:-1] == ("levels", "stacks"):  # a stack's name
            source = get_node(cursor.node, "source")
            yield from _files(fleet, str(source.value), "*.tf") if source is not None else ()
        return
    if secret := _SECRET.search(value):
        sources = entries(root, "a source of secrets", "secrets")
        yield from (item.position for name, item in sources.items() if name == secret[1])
    named = declared_for(root, pattern, level)
    if value in named:
        yield named[value].position
    elif pattern == "levels[].cells":
        found = find_cells(FleetFiles(fleet.session.root), value, cursor.node.position)
        yield from (Position(path) for cell in found.cells.values() for path in cell.files)
    elif pattern in {"levels[].layers", "levels[].lifecycle.suspended"}:
        yield from (Position(path) for path in layer_files(fleet.session.root, value))
    elif pattern in _FOLDERS:
        yield from _files(fleet, value, _FOLDERS[pattern])
    elif pattern == "policies.packs":
        folder = get_node(root, "policies", "folder")
        yield from _files(fleet, f"{folder.value if folder else DEFAULT_POLICY_FOLDER}/{value}", "**/*.rego")
    elif pattern in _PLAIN_FILES and FleetFiles(fleet.session.root).exists(value):
        yield Position(value)


def _files(fleet: EditedFleet, folder: str, pattern: str) -> Iterator[Position]:
    """Yield the files of a folder of the fleet, main.tf first."""
    files = FleetFiles(fleet.session.root)
    if not files.holds(folder) or not (fleet.session.root / folder).is_dir():
        return
    found = sorted(
        (fleet.session.root / folder).glob(pattern), key=lambda path: (path.name != "main.tf", path)
    )
    yield from (Position(path.relative_to(fleet.session.root).as_posix()) for path in found[:_MOST])
