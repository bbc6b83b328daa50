"""What a new name changes in a fleet's files: the cell's own, and all that name it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yaml import CSafeLoader, MappingNode, ScalarNode, YAMLError, compose, scan
from yaml import Node as TextNode
from yaml.tokens import ScalarToken

from cellwright.app.clients.unfinished import own_files
from cellwright.app.moves.names import Names
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Level, levels_below
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position

_REFERENCE = re.compile(r"\$\{[^}]*\}")
_OWN_NAME = "${cell.name}"
_FOR_PEOPLE = ("policies/**/*.rego", ".github/**/*", ".gitlab-ci.yml", "Jenkinsfile*", "CODEOWNERS")
"""What names cells in ways that no program can follow."""
_OF_TESTS = "_test.rego"
"""Their clients are made up."""
_MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """What is to be written and removed; paths are relative to the fleet's root."""

    moved: Mapping[str, str]
    """The cell's own files, and layers that are its alone: former paths and new ones."""
    texts: Mapping[str, str]
    """The text of each file that is written, by its path from now on."""
    mentions: tuple[Position, ...] = ()
    """Lines of rules and pipelines that name the cell: for a person to look at."""

    @property
    def edited(self) -> tuple[str, ...]:
        """Files of others that name the cell."""
        own = set(self.moved.values())
        return tuple(path for path in self.texts if path not in own)

    @property
    def mentioning(self) -> tuple[str, ...]:
        """The lines that name the cell, each file once: its first line, and how many there are besides."""
        found: dict[str, list[Position]] = {}
        for place in self.mentions:
            found.setdefault(str(place.file), []).append(place)
        return tuple(
            f"{places[0]} and {len(places) - 1} more" if len(places) > 1 else str(places[0])
            for places in found.values()
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that a commit of it names."""
        return tuple(sorted({*self.texts, *self.moved, *self.moved.values()}))


def file_changes(root: Path, levels: Sequence[Level], path: str, names: Names) -> FileChanges:
    """Find what a new name changes; `path` is the cell's file or folder. Nothing is written.

    Raises:
        DiagnosticError: a file can't be read.
    """
    files = FleetFiles(root)
    moved = {**_own_paths(root, path, names), **_own_layers(root, levels, names)}
    texts: dict[str, str] = {}
    for name, level in _documents(root, levels):
        content = files.read_text(name)
        now = content if names.old not in content else _renamed(content, level, levels, names, root)
        if name in moved or now != content:
            texts[moved.get(name, name)] = now
    mentions = tuple(_mentions(root, names))[:_MOST_MENTIONS]
    return FileChanges(moved=moved, texts=texts, mentions=mentions)


def new_path(path: str, names: Names) -> str:
    """Give the path of a cell's file or folder under its new name."""
    place = Path(path)
    return place.with_name(names.new + place.name.removeprefix(names.old)).as_posix()


def _own_paths(root: Path, path: str, names: Names) -> dict[str, str]:
    if not path:
        return {}
    now = new_path(path, names)
    found = (file.relative_to(root).as_posix() for file in own_files(root, path))
    return {file: now + file.removeprefix(path) for file in found}


def _own_layers(root: Path, levels: Sequence[Level], names: Names) -> dict[str, str]:
    """Give the layers whose paths have the cell's name, and nothing else that may vary."""
    found = {}
    concerned = {cell.level for cell in names.cells}
    for level in levels:
        for layer in level.layers if level.name in concerned else ():
            if _OWN_NAME not in layer:
                continue
            old, now = (layer.replace(_OWN_NAME, name) for name in (names.old, names.new))
            if not _REFERENCE.search(old) and (root / old).is_file():
                found[old] = now
    return found


def _documents(root: Path, levels: Sequence[Level]) -> Iterator[tuple[str, Level | None]]:
    """Yield the fleet's documents with the level that reads them: fleet.yaml, layers, cells."""
    told: set[str] = set()
    yield FLEET_FILE, None
    for level in levels:
        patterns = [_REFERENCE.sub("*", layer) for layer in level.layers]
        cells = (f"{level.cells}/*.yaml", f"{level.cells}/*/*.yaml")
        for pattern in (*patterns, *cells, *((level.suspended,) if level.suspended else ())):
            for file in sorted(root.glob(pattern)):
                name = file.relative_to(root).as_posix()
                if name not in told and file.is_file():
                    told.add(name)
                    yield name, level


def _renamed(text: str, level: Level | None, levels: Sequence[Level], names: Names, root: Path) -> str:
    edits = list(_address_edits(text, names))
    if level is not None and level.placement is not None and _is_place(level, levels, names, root):
        edits += _placement_edits(text, level.placement, names)
    for start, end, now in sorted(edits, reverse=True):
        text = text[:start] + now + text[end:]
    return text


def _is_place(level: Level, levels: Sequence[Level], names: Names, root: Path) -> bool:
    """Tell whether a placement key of the level that says the former name means the cell."""
    for below in reversed(levels_below(levels, level.name)):
        if any(old.level == below.name for old in names.cells):
            return True
        if any((root / below.cells / f"{names.old}{end}").exists() for end in ("", ".yaml")):
            return False
    return False


def _address_edits(text: str, names: Names) -> Iterator[tuple[int, int, str]]:
    """Find `client/acme` in what the document says, comments left alone."""
    levels = "|".join(re.escape(cell.level) for cell in names.cells)
    named = re.compile(rf"(?<![A-Za-z0-9_/-])({levels})/{re.escape(names.old)}(?![A-Za-z0-9_-])")
    for start, end in _scalars(text):
        for found in named.finditer(text, start, end):
            yield found.start(), found.end(), f"{found[1]}/{names.new}"


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    try:
        for token in scan(text, Loader=CSafeLoader):
            if isinstance(token, ScalarToken):
                yield token.start_mark.index, token.end_mark.index
    except YAMLError:  # it is a finding of whoever loads the fleet
        return


def _placement_edits(text: str, key: str, names: Names) -> list[tuple[int, int, str]]:
    try:
        root = compose(text, Loader=CSafeLoader)
    except YAMLError:
        return []
    if not isinstance(root, MappingNode):
        return []
    found = (value for name, value in root.value if name.value == key)
    return [
        (node.start_mark.index, node.end_mark.index, names.new)
        for value in found
        for node in _leaves(value)
        if node.value == names.old
    ]


def _leaves(node: TextNode) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _leaves(value)
    else:
        for value in node.value:
            yield from _leaves(value)


def _mentions(root: Path, names: Names) -> Iterator[Position]:
    named = re.compile(rf"(?<![A-Za-z0-9_-]){re.escape(names.old)}(?![A-Za-z0-9_-])")
    for pattern in _FOR_PEOPLE:
        for file in sorted(root.glob(pattern)):
            if not file.is_file() or file.name.endswith(_OF_TESTS):
                continue
            path = file.relative_to(root).as_posix()
            try:
                lines = FleetFiles(root).read_text(path).splitlines()
            except DiagnosticError:
                continue
            for number, line in enumerate(lines, 1):
                if found := named.search(line):
                    yield Position(path, number, found.start() + 1)


def written_back(root: Path, before: Mapping[str, str | None], save: Callable[[Path, str], None]) -> None:
    """Bring files back to what they were; None: there was none."""
    for name, text in before.items():
        if text is None:
            (root / name).unlink(missing_ok=True)
        else:
            save(root / name, text)
