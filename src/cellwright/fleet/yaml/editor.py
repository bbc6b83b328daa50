"""Sets one key in YAML text; every other character stays, comments and empty lines included.

The text is changed at one place and read again. If the result is not what was wanted (with aliases, explicit
keys and other rare forms), the edit is refused.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from yaml import CollectionNode, CSafeLoader, MappingNode, ScalarNode, compose
from yaml import Node as TextNode

from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.model.position import Position
from cellwright.model.value import Json, Value

_ALIAS = re.compile(r"\s*:\s+(\*[^\s,\[\]{}]+)")
"""What follows a key whose value is an alias (YAML 1.1, 7.1): the composed node is that of the anchor."""


def with_key(text: str, key: str, value: Json, name: str) -> str:
    """Set a dotted key in YAML text; mappings on the way are made where they are missing.

    Strings are written as they are: `${...}` in them is a reference. `name` is the file's, for findings.

    Raises:
        DiagnosticError: the text is no YAML mapping, the key leads through something else, or its place is
            written in a form that can't be edited.
    """
    keys = key.split(".")
    wanted = _content(text, name)
    _set(wanted, keys, value, name)
    edited = _edited(text, keys, value)
    if not _reads_as(edited, wanted, name):
        detail = f"set '{key}' by hand: it is written with aliases or another rare form of YAML"
        raise DiagnosticError(error("the file can't be edited by program", detail, Position(name)))
    return edited


def _content(text: str, name: str) -> dict[str, Any]:
    """Read a document's content into a copy that may be changed."""
    document = read_document(text, name)
    if has_errors(document.faults):
        raise DiagnosticError(*document.faults)
    value = document.root.value if document.root is not None else None
    if not isinstance(value, dict):
        raise DiagnosticError(
            error("the document must be a mapping", "write keys and values", Position(name))
        )
    return {key: _copy(item) for key, item in value.items()}


def _copy(value: Value) -> Any:  # noqa: ANN401  mappings and lists, to be changed
    """Copy a value, so that a change of one alias does not show in another."""
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_copy(item) for item in value]
    return value


def _set(content: MutableMapping[str, Any], keys: list[str], value: Json, name: str) -> None:
    *way, last = keys
    for step in way:
        below = content.get(step)
        if below is None:
            below = content[step] = {}
        if not isinstance(below, MutableMapping):
            summary = f"'{'.'.join(keys)}' can't be set: '{step}' holds a value, not a mapping"
            raise DiagnosticError(
                error(summary, "choose another key, or edit the file by hand", Position(name))
            )
        content = below
    content[last] = value


def _reads_as(text: str, wanted: Value, name: str) -> bool:
    document = read_document(text, name)
    return document.root is not None and not document.faults and document.root.value == wanted


def _edited(text: str, keys: list[str], value: Json) -> str:
    """Replace the value that `keys` lead to, or add it to the last mapping on the way."""
    parent, rest = walk(text, keys)
    for step in reversed(rest[1:]):
        value = {step: value}
    place = index_of(parent, rest[0])
    if place is None:
        return _added(text, parent, f"{flow_style(rest[0])}: {flow_style(value)}")
    key, old = parent.value[place]
    return _replaced(text, key, old, flow_style(value))


def walk(text: str, keys: list[str]) -> tuple[MappingNode, list[str]]:
    """Follow the keys through existing mappings; give the last mapping and the remaining keys."""
    node = compose(text, Loader=CSafeLoader)
    if not isinstance(node, MappingNode):
        raise TypeError("the text has been read as a mapping before")
    for index, key in enumerate(keys[:-1]):
        place = index_of(node, key)
        below = node.value[place][1] if place is not None else None
        if not isinstance(below, MappingNode):
            return node, keys[index:]
        node = below
    return node, keys[-1:]


def index_of(mapping: MappingNode, key: str) -> int | None:
    """Give the place of a key's entry; None if there is none."""
    return next((index for index, (name, _) in enumerate(mapping.value) if name.value == key), None)


def _replaced(text: str, key: TextNode, value: TextNode, written: str) -> str:
    if (alias := _alias(text, key, value)) is not None:
        return text[: alias.start(1)] + written + text[alias.end(1) :]
    end = _end(text, value, key.start_mark.column)
    inside = isinstance(value, ScalarNode) and not _is_block_scalar(value)
    if (inside or (isinstance(value, CollectionNode) and value.flow_style)) and value.start_mark.index < end:
        return text[: value.start_mark.index] + written + text[end:]
    # A block starts on the next line and a missing value nowhere: start after the key's colon.
    colon = text.find(":", key.end_mark.index)
    if colon < 0:
        return text
    return f"{text[: colon + 1]} {written}{text[max(end, colon + 1) :]}"


def _added(text: str, mapping: MappingNode, entry: str) -> str:
    if not mapping.value:
        return f"{text[: mapping.start_mark.index]}{{{entry}}}{text[mapping.end_mark.index :]}"
    end = entry_end(text, *mapping.value[-1])
    if mapping.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    stop = line_end(text, end)
    indent = " " * mapping.value[0][0].start_mark.column
    return f"{text[:stop]}\n{indent}{entry}{text[stop:] or chr(10)}"


def entry_end(text: str, key: TextNode, value: TextNode) -> int:
    """Find the end of a mapping's entry."""
    alias = _alias(text, key, value)
    return alias.end(1) if alias is not None else _end(text, value, key.start_mark.column)


def _alias(text: str, key: TextNode, value: TextNode) -> "re.Match[str] | None":
    """Find the alias that is a key's value: its anchor, and so the composed value, lies before the key."""
    if value.start_mark.index > key.start_mark.index:
        return None
    return _ALIAS.match(text, key.end_mark.index)


def _end(text: str, node: TextNode, column: int) -> int:
    """Find the end of a value's text; `column` is that of its key or dash.

    A block's own end mark is of no use: it is at the next token, after comments and empty lines.
    """
    if isinstance(node, CollectionNode):
        if node.flow_style or not node.value:
            return node.end_mark.index
        if isinstance(node, MappingNode):
            return entry_end(text, *node.value[-1])
        return _end(text, node.value[-1], node.start_mark.column)
    if _is_block_scalar(node):
        return _block_scalar_end(text, node.start_mark.index, column)
    return node.end_mark.index


def _is_block_scalar(node: TextNode) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _block_scalar_end(text: str, start: int, column: int) -> int:
    """Find the end of the last line that is indented deeper than `column`."""
    end = line_end(text, start)
    place = end
    while place < len(text):
        stop = line_end(text, place + 1)
        line = text[place + 1 : stop]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= column:
                break
            end = stop
        place = stop
    return end


def line_end(text: str, place: int) -> int:
    """Find the end of the line that contains `place`: its line feed, or the end of the text."""
    end = text.find("\n", place)
    return end if end >= 0 else len(text)
