"""Where a fleet's stacks come from, as fleet.yaml writes it, and that in other words."""

from collections.abc import Mapping
from dataclasses import dataclass

from yaml import CSafeLoader, MappingNode, Node, ScalarNode, SequenceNode, compose

from cellwright.fleet.yaml.editor import index_of
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.model.position import Position

FILE = "fleet.yaml"


@dataclass(frozen=True, slots=True)
class WrittenSource:
    """The source of one stack of a level."""

    level: str
    stack: str
    source: str
    position: Position


@dataclass(frozen=True, slots=True)
class _Place:
    written: WrittenSource
    start: int
    end: int
    alias: bool


def written_sources(text: str) -> tuple[WrittenSource, ...]:
    """Give the source of each stack in the text of fleet.yaml, in its order.

    Raises:
        DiagnosticError: the text is no YAML.
    """
    return tuple(place.written for place in _places(text))


def with_sources(text: str, sources: Mapping[str, str]) -> str:
    """Write sources in other words (old: new); every other character stays, comments included.

    Raises:
        DiagnosticError: the text is no YAML, or a source is written as an alias.
    """
    for place in reversed(_places(text)):
        wanted = sources.get(place.written.source)
        if wanted is None:
            continue
        if place.alias:
            raise DiagnosticError(
                error(
                    "a source that is written as an alias can't be changed by program",
                    "write the source itself in its place",
                    place.written.position,
                )
            )
        text = f"{text[: place.start]}{flow_style(wanted)}{text[place.end :]}"
    return text


def _places(text: str) -> list[_Place]:
    document = read_document(text, FILE)
    if has_errors(document.faults):
        raise DiagnosticError(*document.faults)
    root = compose(text, Loader=CSafeLoader)
    levels = _value(root, "levels")
    found: list[_Place] = []
    for level in levels.value if isinstance(levels, SequenceNode) else ():
        name, stacks = _value(level, "name"), _value(level, "stacks")
        for key, stack in stacks.value if isinstance(stacks, MappingNode) else ():
            source = _value(stack, "source")
            if isinstance(source, ScalarNode) and isinstance(name, ScalarNode):
                mark = source.start_mark
                position = Position(FILE, mark.line + 1, mark.column + 1)
                written = WrittenSource(str(name.value), str(key.value), str(source.value), position)
                alias = mark.index < key.start_mark.index
                found.append(_Place(written, mark.index, source.end_mark.index, alias))
    return found


def _value(node: Node | None, key: str) -> Node | None:
    place = index_of(node, key) if isinstance(node, MappingNode) else None
    return node.value[place][1] if isinstance(node, MappingNode) and place is not None else None
