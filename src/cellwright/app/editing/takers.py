"""Which cells take a layer, as far as their own files tell it: no cell is resolved for that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import CellSource, find_cells
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Level
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError

_REFERENCE = re.compile(r"\$\{cell\.([^}]*)\}")
_MOST = 12
"""Cells of a level that are named: they stand for all that take the layer."""


class Takers:
    """Finds them, and keeps what was found until a file is written."""

    def __init__(self, session: FleetSession) -> None:
        self._session = session
        self._found: dict[tuple[str, str], tuple[CellAddress, ...]] = {}

    def forget(self) -> None:
        """A file was written."""
        self._found = {}

    def of(self, level: Level, layer: str) -> tuple[CellAddress, ...]:
        """Give some cells of a level that take a layer, from all over the level.

        Where no file says who takes it, as it follows from layers below, any cells are given: `PlannedCell`
        tells whether they do.
        """
        key = (level.name, layer)
        if key not in self._found:
            files = FleetFiles(self._session.root)
            cells = find_cells(files, level.cells, level.position).cells
            names = _spread(_likely(files, cells, level, layer))
            self._found[key] = tuple(CellAddress(level.name, name) for name in names)
        return self._found[key]


def layers_of(level: Level) -> tuple[str, ...]:
    """Give the paths of a level's layers, as fleet.yaml writes them."""
    return (*level.layers, *((level.suspended,) if level.suspended else ()))


def is_layer(pattern: str, path: str) -> bool:
    """Tell whether a file may be meant by a layer's path in fleet.yaml."""
    return _values(pattern, path) is not None


def layer_files(root: Path, pattern: str) -> tuple[str, ...]:
    """Give the files that a layer's path in fleet.yaml may mean; none for one that leads out of the fleet."""
    folder = pattern.split("${", maxsplit=1)[0].rpartition("/")[0]
    if pattern.startswith("/") or ".." in pattern.split("/") or not FleetFiles(root).holds(folder):
        return ()
    found = sorted((root / folder).rglob("*.y*ml")) if "${" in pattern else [root / pattern]
    inside = (path.relative_to(root).as_posix() for path in found if path.is_file())
    return tuple(path for path in inside if is_layer(pattern, path))


def _likely(files: FleetFiles, cells: Mapping[str, CellSource], level: Level, layer: str) -> Sequence[str]:
    """Give the cells whose files choose the layer; if there are none, those whose files choose no other."""
    wanted = next(
        (found for pattern in layers_of(level) if (found := _values(pattern, layer)) is not None), {}
    )
    if not wanted:
        return tuple(cells)
    if "name" in wanted:
        return tuple(name for name in cells if name == wanted["name"])
    key, value = next(iter(wanted.items()))
    written = re.compile(rf"^\s*{re.escape(key.rpartition('.')[2])}:\s*[\"']?([^\s\"'#]*)", re.MULTILINE)
    choosing: list[str] = []
    silent: list[str] = []
    for name, cell in cells.items():
        chosen = [found for text in _texts(files, cell) for found in written.findall(text)]
        if value in chosen:
            choosing.append(name)
        elif not chosen:
            silent.append(name)
    return choosing or silent


def _values(pattern: str, path: str) -> dict[str, str] | None:
    """Give what each key of a cell has to be, so that a layer's path is `path`; None if it never is."""
    keys = _REFERENCE.findall(pattern)
    parts = re.split(r"\$\{[^}]*\}", pattern)
    found = re.fullmatch("([^/]+)".join(map(re.escape, parts)), path)
    return dict(zip(keys, found.groups(), strict=False)) if found is not None else None


def _texts(files: FleetFiles, cell: CellSource) -> Iterator[str]:
    for path in cell.files:
        try:
            yield files.read_text(path)
        except DiagnosticError:  # `check` tells what is wrong with it
            continue


def _spread(names: Sequence[str]) -> Sequence[str]:
    """Choose some from the first to the last."""
    if len(names) <= _MOST:
        return names
    step = (len(names) - 1) / (_MOST - 1)
    return [names[round(number * step)] for number in range(_MOST)]
