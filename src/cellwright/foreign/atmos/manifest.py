"""Manifests of Atmos: YAML with functions and templates, imported into each other and merged."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cellwright.foreign.files import shown
from cellwright.foreign.tree import ForeignValue, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position

_OUTPUT_TAGS = ("!terraform.output", "!terraform.state")
_DEEPEST = 50
_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class OutputCall:
    """`!terraform.output COMPONENT [STACK] OUTPUT`, before it is known which unit that is."""

    words: tuple[str, ...]
    position: Position
    text: str


@dataclass
class Manifests:
    """The manifests of a tree, each read once."""

    root: Path
    base: Path
    """Where paths of imports start."""
    notes: list[Diagnostic] = field(default_factory=list)
    _read: dict[Path, Any] = field(default_factory=dict)

    def merged(self, path: Path, depth: int = 0) -> dict[str, Any]:
        """Read a manifest with all that it imports.

        Raises:
            DiagnosticError: a file can't be read.
        """
        content = self.content(path)
        if depth > _DEEPEST:
            raise DiagnosticError(
                error("manifests import each other in a circle", "break it", Position(shown(path, self.root)))
            )
        found: dict[str, Any] = {}
        written = content.get("import")
        for item in written if isinstance(written, list) else ():
            for imported in self._imported(item, path):
                found = merge(found, self.merged(imported, depth + 1))
        return merge(found, {name: value for name, value in content.items() if name != "import"})

    def content(self, path: Path) -> dict[str, Any]:
        """Read one manifest.

        Raises:
            DiagnosticError: it can't be read, or is no mapping.
        """
        if path not in self._read:
            self._read[path] = read_yaml(path, self.root)
        found: dict[str, Any] = self._read[path]
        return found

    def _imported(self, item: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401  as it is written
        where = Position(shown(path, self.root))
        written = item.get("path") if isinstance(item, Mapping) else item
        if not isinstance(written, str) or "{{" in written or "://" in written or written.startswith("git::"):
            text = getattr(item, "text", written)
            self._note(
                error(f"the import '{text}' is not read", "import a file of the tree by its path", where)
            )
            return
        if isinstance(item, Mapping) and item.get("context"):
            self._note(
                error(
                    f"the import '{written}' has a context: it is a template, which is not evaluated",
                    "write out what it makes, then import again",
                    where,
                )
            )
            return
        found = sorted(set(self._files(written, path)))
        if not found and not (isinstance(item, Mapping) and item.get("skip_if_missing")):
            self._note(error(f"the import '{written}' is not there", "correct its path", where))
        yield from found

    def _files(self, written: str, path: Path) -> Iterator[Path]:
        base = path.parent if written.startswith((".", "..")) else self.base
        for ending in ("", ".yaml", ".yml"):
            there = Path(os.path.normpath(base / (written + ending)))
            if there.is_file():
                yield there
                return
        if "*" in written:
            pattern = written if written.endswith((".yaml", ".yml")) else f"{written}.yaml"
            yield from (item for item in base.glob(pattern.removeprefix("./")) if item.is_file())

    def _note(self, item: Diagnostic) -> None:
        if item not in self.notes:
            self.notes.append(item)


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings key by key; all else is replaced, as Atmos does by default."""
    found = dict(below)
    for name, value in above.items():
        was = found.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            found[name] = merge(was, value)
        else:
            found[name] = value
    return found


def read_yaml(path: Path, root: Path) -> dict[str, Any]:
    """Read a YAML file; what a function stands for is kept as such.

    Raises:
        DiagnosticError: it can't be read, or is no mapping.
    """
    name = shown(path, root)
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text[:_LARGEST], yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        position = Position(name, mark.line + 1, mark.column + 1) if mark is not None else Position(name)
        raise DiagnosticError(
            error(f"the YAML can't be read: {fault.problem}", "correct it", position)
        ) from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as fault:
        raise DiagnosticError(error(f"{name} can't be read: {fault}", "correct it", Position(name))) from None
    if node is None:
        return {}
    found = _Building(name, text.splitlines()).value(node)
    if not isinstance(found, dict):
        raise DiagnosticError(error("the file is no mapping", "correct it", Position(name)))
    return found


class _Building:
    """Makes values of nodes."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self._file = file
        self._lines = lines
        self._plain = yaml.SafeLoader("")
        self._made: dict[int, Any] = {}

    def value(self, node: yaml.Node) -> Any:  # noqa: ANN401  what YAML holds
        if id(node) not in self._made:
            self._made[id(node)] = self._value(node)
        return self._made[id(node)]

    def _value(self, node: yaml.Node) -> Any:  # noqa: ANN401  as above
        position = Position(self._file, node.start_mark.line + 1, node.start_mark.column + 1)
        if node.tag.startswith("!"):
            return self._function(node, position)
        if isinstance(node, yaml.MappingNode):
            self._plain.flatten_mapping(node)
            return {str(self.value(key)): self.value(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        found = self._plain.construct_object(node)
        return (
            Templated(found, position) if isinstance(found, str) and "{{" in found else _scalar(found, node)
        )

    def _function(self, node: yaml.Node, position: Position) -> ForeignValue:
        text = str(node.value) if isinstance(node, yaml.ScalarNode) else "..."
        written = f"{node.tag} {text}"
        if node.tag in _OUTPUT_TAGS:
            return OutputCall(tuple(text.split()), position, written)
        return Unreadable(written, position, f"{node.tag} is not evaluated here")


@dataclass(frozen=True, slots=True)
class Templated:
    """A text with templates of Go in it."""

    text: str
    position: Position


def _scalar(found: Any, node: yaml.Node) -> Any:  # noqa: ANN401  as above
    """Give dates as the text that they are."""
    return found if isinstance(found, str | int | float | bool | None) else node.value


_SIMPLE = re.compile(r"\{\{-?\s*\.([A-Za-z_][\w.]*)\s*-?\}\}")


_CHOICE = re.compile(
    r'\{\{-?\s*if\s+(?P<how>eq|ne)\s+\.(?P<name>[A-Za-z_][\w.]*)\s+"(?P<other>[^"]*)"\s*-?\}\}(?P<then>.*?)'
    r"(?:\{\{-?\s*else\s*-?\}\}(?P<otherwise>.*?))?\{\{-?\s*end\s*-?\}\}",
    re.DOTALL,
)
"""A choice by one value."""


def filled(text: str, context: Mapping[str, Any]) -> str | None:
    """Fill in templates that name a value, or choose by one; None if one does more, or has no value."""
    missing: list[str] = []

    def value_of(name: str) -> Any:  # noqa: ANN401  what the context holds
        value: Any = context
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def choose(found: "re.Match[str]") -> str:
        value = value_of(found["name"])
        if not isinstance(value, str) or "{{if" in found["then"].replace(" ", ""):
            missing.append(found["name"])
        chosen = (value == found["other"]) == (found["how"] == "eq")
        return found["then"] if chosen else found["otherwise"] or ""

    def give(found: "re.Match[str]") -> str:
        value = value_of(found[1])
        if not isinstance(value, str | int) or isinstance(value, bool):
            missing.append(found[1])
            return ""
        return str(value)

    result = _SIMPLE.sub(give, _CHOICE.sub(choose, text))
    return None if missing or "{{" in result else result
