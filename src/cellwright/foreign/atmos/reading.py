"""YAML of Atmos, with its functions and templates kept as such, and the places of components."""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from cellwright.foreign.expressions.values import NoValue, step_into
from cellwright.foreign.files import read_variables, shown
from cellwright.foreign.secrets import closed, closed_file, holds_secrets, shown_line
from cellwright.foreign.tree import ForeignValue
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position

_OUTPUT_TAGS = ("!terraform.output", "!terraform.state")
_LARGEST = 4_000_000
_STEP = re.compile(r"""\.?([A-Za-z_][\w-]*)|\.?\[(\d+)\]|\.?\[?"([\w-]+)"\]?""")
PLACES = "__places__"
"""The section in which the places of a manifest's components are kept, by name."""

_OF_ATMOS = re.compile(
    r"!(append|cwd|env|exec|include(\.raw)?|labels|literal|random|repo-root|store(\.get)?|template|terraform\.\w+|unset|"
    r"version|(aws|git)\.[a-z_.-]+)\Z"
)


@dataclass(frozen=True, slots=True)
class OutputCall:
    """`!terraform.output COMPONENT [STACK] OUTPUT`, before it is known which unit that is."""

    words: tuple[str, ...]
    position: Position
    text: str


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """`!env NAME`, `!include FILE` and other functions of YAML, before they are evaluated."""

    name: str
    argument: str
    position: Position
    file: Path

    @property
    def text(self) -> str:
        """Give it as it is written, without what is given to it if that is about a secret."""
        return f"{self.shown_name} {shown_line(self.argument, str(self.file))}"

    @property
    def shown_name(self) -> str:
        """Give its name, if Atmos has such a function: another may be a secret that begins with `!`."""
        return self.name if _OF_ATMOS.match(self.name) else "a tag that is no function of Atmos"


def read_yaml(path: Path, root: Path) -> dict[str, Any]:
    """Read a YAML file; what a function stands for is kept as such.

    Raises:
        DiagnosticError: it can't be read, or is no mapping.
    """
    name = shown(path, root)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise DiagnosticError(error(f"{name} can't be read: {fault}", "correct it", Position(name))) from None
    return parse_yaml(text, path, root)


def parse_yaml(text: str, path: Path, root: Path) -> dict[str, Any]:
    """Read YAML that is in a file, or that a template has made.

    Raises:
        DiagnosticError: it can't be read, or is no mapping.
    """
    name = shown(path, root)
    try:
        node = yaml.compose(text[:_LARGEST], yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        position = Position(name, mark.line + 1, mark.column + 1) if mark is not None else Position(name)
        raise DiagnosticError(
            error(f"the YAML can't be read: {fault.problem}", "correct it", position)
        ) from None
    except (ValueError, RecursionError, yaml.YAMLError) as fault:
        raise DiagnosticError(error(f"{name} can't be read: {fault}", "correct it", Position(name))) from None
    if node is None:
        return {}
    found = _Building(name, path, root).value(node)
    if not isinstance(found, dict):
        raise DiagnosticError(error("the file is no mapping", "correct it", Position(name)))
    return {**found, PLACES: _places(node, name)}


def _places(node: yaml.Node, name: str) -> dict[str, Position]:
    """Tell where the components of Terraform stand."""
    found: dict[str, Position] = {}
    below: list[yaml.Node] = [node]
    for step in ("components", "terraform"):
        below = [
            value
            for item in below
            if isinstance(item, yaml.MappingNode)
            for key, value in item.value
            if key.value == step
        ]
    for item in below:
        if isinstance(item, yaml.MappingNode):
            for key, _ in item.value:
                found[str(key.value)] = Position(name, key.start_mark.line + 1, key.start_mark.column + 1)
    return found


def included(argument: str, file: Path, root: Path) -> ForeignValue:
    """Give a file of the tree, or a part of it, as `!include FILE [.PART]` in another file does.

    Raises:
        NoValue: it can't be read, or has no such part.
    """
    name, _, part = argument.strip().partition(" ")
    if "://" in name:
        raise NoValue("a file from elsewhere is not fetched")
    path = Path(os.path.normpath((file.parent if name.startswith(".") else root) / name))
    if holds_secrets(path):
        raise NoValue(closed_file(path))
    found = closed(_content(path, root))
    for step in steps_of(part.strip()) if part.strip() not in {"", "."} else ():
        found = step_into(found, step)
    return found


def _content(path: Path, root: Path) -> ForeignValue:
    try:
        if path.stat().st_size > _LARGEST:
            raise NoValue(f"{path.name} is too large")
        if path.suffix in {".yaml", ".yml"}:
            return {name: item for name, item in read_yaml(path, root).items() if name != PLACES}
        if path.suffix in {".tfvars", ".hcl"} or path.name.endswith(".tfvars.json"):
            return {name: value for name, (value, _) in read_variables(path, root).items()}
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if path.suffix == ".json" else text
    except (OSError, ValueError):
        raise NoValue(f"{path.name} can't be read") from None
    except DiagnosticError as fault:
        raise NoValue(fault.diagnostics[0].summary) from None


def steps_of(text: str) -> tuple[str, ...]:
    """Cut `.a[0].b` into its steps; nothing if it is more than that."""
    found, at = [], 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return ()
        found.append(next(group for group in step.groups() if group is not None))
        at = step.end()
    return tuple(found)


class _Building:
    """Makes values of nodes."""

    def __init__(self, file: str, path: Path, root: Path) -> None:
        self._file = file
        self._path = path
        self._root = root
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
        if node.tag == "!include" and "{{" not in text:  # a whole section may be in another file
            with suppress(NoValue, RecursionError):  # said where it is needed
                return included(text, self._path, self._root)
        return FunctionCall(node.tag, text, position, self._path)


@dataclass(frozen=True, slots=True)
class Templated:
    """A text with templates of Go in it."""

    text: str
    position: Position
    local: Mapping[str, Any] = field(default_factory=dict)
    """The `locals` of the file in which it stands."""


def with_locals(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give each template of a manifest the locals that hold where it stands; those of a file end with it."""
    of_all = mapping(content.get("locals"))
    of_terraform = {**of_all, **mapping(mapping(content.get("terraform")).get("locals"))}
    found = {name: _located(value, of_all) for name, value in content.items() if name != "locals"}
    kinds = mapping(content.get("components"))
    if kinds:
        found["components"] = {
            kind: {
                name: _located(
                    {key: value for key, value in mapping(item).items() if key != "locals"},
                    {**of_terraform, **mapping(mapping(item).get("locals"))},
                )
                if isinstance(item, Mapping)
                else item
                for name, item in mapping(components).items()
            }
            for kind, components in kinds.items()
        }
    if isinstance(content.get("terraform"), Mapping):
        own = {key: value for key, value in content["terraform"].items() if key != "locals"}
        found["terraform"] = _located(own, of_terraform)
    return found


def _located(value: Any, local: Mapping[str, Any]) -> Any:  # noqa: ANN401  as it is written
    if not local:
        return value
    match value:
        case Templated():
            return replace(value, local=local)
        case Mapping():
            return {name: _located(item, local) for name, item in value.items()}
        case list():
            return [_located(item, local) for item in value]
        case _:
            return value


def mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401  as it is written
    """Give a mapping; an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}


def _scalar(found: Any, node: yaml.Node) -> Any:  # noqa: ANN401  as above
    """Give dates as the text that they are."""
    return found if isinstance(found, str | int | float | bool | None) else node.value
