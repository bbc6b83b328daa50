"""Edits of YAML text that touch nothing but the place of the edit: every comment, every other line stays.

Aliases, explicit keys and other rare forms are not understood. Whoever calls this reads the result again, and
takes another way where it is not right.
"""

from yaml import CollectionNode, CSafeLoader, MappingNode, ScalarNode, compose
from yaml import Node as TextNode

from cellwright.fleet.yaml.writer import inline
from cellwright.model.value import Json


class NotSimpleError(Exception):
    """The edit needs more than this module can do."""


def splice_value(text: str, keys: list[str], value: Json) -> str:
    """Set the key that `keys` lead to.

    Raises:
        NotSimpleError: the text's form there is not one of the simple ones.
    """
    parent, rest = _walk(text, keys)
    for step in reversed(rest[1:]):
        value = {step: value}
    place = _index(parent, rest[0])
    if place is None:
        return _added(text, parent, f"{inline(rest[0])}: {inline(value)}")
    key, old = parent.value[place]
    return _replaced(text, key, old, inline(value))


def splice_out(text: str, keys: list[str]) -> str:
    """Remove the key that `keys` lead to.

    Raises:
        NotSimpleError: the text's form there is not one of the simple ones.
    """
    parent, rest = _walk(text, keys)
    place = _index(parent, rest[0])
    if place is None or len(rest) > 1 or (len(parent.value) == 1 and not parent.flow_style):
        raise NotSimpleError
    if len(parent.value) == 1:
        return f"{text[: parent.start_mark.index]}{{}}{text[parent.end_mark.index :]}"
    key, value = parent.value[place]
    end = _end(text, value, key.start_mark.column)
    if parent.flow_style:
        if place + 1 < len(parent.value):
            return text[: key.start_mark.index] + text[parent.value[place + 1][0].start_mark.index :]
        return text[: _end(text, parent.value[place - 1][1], 0)] + text[end:]
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    if text[start : key.start_mark.index].strip():
        raise NotSimpleError
    return text[:start] + text[_line_end(text, end) + 1 :]


def _walk(text: str, keys: list[str]) -> tuple[MappingNode, list[str]]:
    """Follow the keys through mappings that are there; give the last one and the keys that are left."""
    node = compose(text, Loader=CSafeLoader)
    if not isinstance(node, MappingNode):
        raise NotSimpleError
    for index, key in enumerate(keys[:-1]):
        place = _index(node, key)
        below = node.value[place][1] if place is not None else None
        if not isinstance(below, MappingNode):
            return node, keys[index:]
        node = below
    return node, keys[-1:]


def _index(mapping: MappingNode, key: str) -> int | None:
    return next((index for index, (name, _) in enumerate(mapping.value) if name.value == key), None)


def _replaced(text: str, key: TextNode, value: TextNode, written: str) -> str:
    end = _end(text, value, key.start_mark.column)
    inside = isinstance(value, ScalarNode) and not _is_block_scalar(value)
    if (inside or (isinstance(value, CollectionNode) and value.flow_style)) and value.start_mark.index < end:
        return text[: value.start_mark.index] + written + text[end:]
    # A block begins on the next line and an absent value nowhere: begin right after the key's colon.
    colon = text.index(":", key.end_mark.index)
    return f"{text[: colon + 1]} {written}{text[max(end, colon + 1) :]}"


def _added(text: str, mapping: MappingNode, entry: str) -> str:
    if not mapping.value:
        return f"{text[: mapping.start_mark.index]}{{{entry}}}{text[mapping.end_mark.index :]}"
    key, value = mapping.value[-1]
    end = _end(text, value, key.start_mark.column)
    if mapping.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    line_end = _line_end(text, end)
    indent = " " * mapping.value[0][0].start_mark.column
    return f"{text[:line_end]}\n{indent}{entry}{text[line_end:] or chr(10)}"


def _end(text: str, node: TextNode, column: int) -> int:
    """Tell where a value's text ends, whose key or dash stands in `column`.

    A block's own end mark is no help: it lies where the next thing starts, behind comments and empty lines.
    """
    if isinstance(node, CollectionNode):
        if node.flow_style or not node.value:
            return node.end_mark.index
        if isinstance(node, MappingNode):
            key, value = node.value[-1]
            return _end(text, value, key.start_mark.column)
        return _end(text, node.value[-1], node.start_mark.column)
    if _is_block_scalar(node):
        return _block_scalar_end(text, node.start_mark.index, column)
    return node.end_mark.index


def _is_block_scalar(node: TextNode) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _block_scalar_end(text: str, start: int, column: int) -> int:
    """Tell where the last line ends that is indented deeper than the key or dash in `column`."""
    end = _line_end(text, start)
    place = end
    while place < len(text):
        line_end = _line_end(text, place + 1)
        line = text[place + 1 : line_end]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= column:
                break
            end = line_end
        place = line_end
    return end


def _line_end(text: str, place: int) -> int:
    """Tell where the line ends in which `place` is: at its line feed, or at the text's end."""
    end = text.find("\n", place)
    return end if end >= 0 else len(text)
