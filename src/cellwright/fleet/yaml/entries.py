"""Puts whole entries into YAML text, as they are written, and takes them out; all else stays as it is.

As in `editor`, the result is read again, and an edit that does not read as was wanted is refused.
"""

from collections.abc import Callable, Sequence

from yaml import MappingNode

from cellwright.fleet.yaml.editor import entry_end, index_of, line_end, walk
from cellwright.fleet.yaml.node import Node, get_node, without_positions
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position

EMPTY = "{}\n"


def with_entry(
    text: str, keys: Sequence[str], lines: Callable[[str], Sequence[str]], wanted: Node, name: str
) -> str:
    """Set `keys` to what `lines`, which is given the indent, writes: the last key and its value.

    `wanted` is how the value reads by itself.

    Raises:
        DiagnosticError: the place is written in a form that can't be edited.
    """
    parent, rest = walk(text, list(keys))
    is_empty_file = not parent.value and len(rest) == len(keys)
    if parent.flow_style and not is_empty_file:
        raise _uneditable(keys, name)
    indent = " " * (parent.value[0][0].start_mark.column if parent.value else 0)
    entry = [f"{indent}{'  ' * depth}{flow_style(key)}:" for depth, key in enumerate(rest[:-1])]
    entry += lines(indent + "  " * (len(rest) - 1))
    place = index_of(parent, rest[0])
    if is_empty_file:
        edited = text[: parent.start_mark.index] + "\n".join(entry) + text[parent.end_mark.index :]
    elif place is None:
        start = end = line_end(text, entry_end(text, *parent.value[-1]))
        edited = f"{text[:start]}\n" + "\n".join(entry) + (text[end:] or "\n")
    else:
        key, value = parent.value[place]
        start = text.rfind("\n", 0, key.start_mark.index) + 1
        end = line_end(text, entry_end(text, key, value))
        edited = text[:start] + "\n".join(entry) + (text[end:] or "\n")
    _refuse_other(text, edited, keys, wanted, name)
    return edited


def with_items(text: str, key: str, items: str, name: str) -> str:
    """Add items, written as a block that begins in the first column, below those of the list `key`.

    Raises:
        DiagnosticError: the list is written in a form that can't be edited.
    """
    added, before = read_document(items, name).root, read_document(text, name).root
    known = get_node(before, key) if before is not None else None
    if added is None:
        raise _uneditable([key], name)
    if known is None or not known.value:
        lines = [f"{key}:", *(f"  {line}" for line in items.splitlines())]
        return with_entry(text, [key], lambda indent: [indent + line for line in lines], added, name)
    parent, _ = walk(text, [key])
    node, value = parent.value[index_of(parent, key) or 0]
    end = line_end(text, entry_end(text, node, value))
    indent = " " * value.start_mark.column
    block = "".join(f"\n{indent}{line}" for line in items.splitlines())
    edited = f"{text[:end]}{block}{text[end:] or chr(10)}"
    after = read_document(edited, name).root
    found = get_node(after, key) if after is not None else None
    _refuse_other(text, edited, [key], found, name)
    if found is None or found.value != [*_items(known), *_items(added)]:
        raise _uneditable([key], name)
    return edited


def _items(node: Node) -> list[object]:
    return list(node.value) if isinstance(node.value, list) else []


def without_entry(text: str, keys: Sequence[str], name: str) -> str:
    """Take out the entry that `keys` lead to, and what held nothing else; the text as it is if there is none.

    Raises:
        DiagnosticError: the place is written in a form that can't be edited.
    """
    edited = text
    for count in range(len(keys), 0, -1):
        parent, rest = walk(edited, list(keys[:count]))
        place = index_of(parent, rest[0]) if len(rest) == 1 else None
        if place is None:
            break
        edited = _without(edited, parent, place)
        if len(parent.value) > 1:
            break
    if edited != text:
        _refuse_other(text, edited, keys, None, name)
    return edited


def entry_text(text: str, keys: Sequence[str]) -> str:
    """Give the value that `keys` lead to as it is written, by itself; empty if there is none."""
    parent, rest = walk(text, list(keys))
    place = index_of(parent, rest[0]) if len(rest) == 1 else None
    if place is None:
        return ""
    key, value = parent.value[place]
    start, end = value.start_mark.index, entry_end(text, key, value)
    if not key.end_mark.index <= start <= end:
        return ""  # an alias: its value is written elsewhere
    first, *further = text[start:end].split("\n")
    depth = value.start_mark.column
    return "\n".join([first, *(line[min(depth, len(line) - len(line.lstrip())) :] for line in further)])


def _without(text: str, parent: MappingNode, place: int) -> str:
    key, value = parent.value[place]
    end = entry_end(text, key, value)
    if parent.flow_style:
        if place + 1 < len(parent.value):
            following = parent.value[place + 1][0].start_mark.index
            return text[: key.start_mark.index] + text[following:]
        before = entry_end(text, *parent.value[place - 1]) if place else key.start_mark.index
        return text[:before] + text[end:]
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    rest = text[:start] + text[line_end(text, end) + 1 :]
    if len(parent.value) == 1 and start == text.rfind("\n", 0, parent.start_mark.index) + 1:
        # Nothing is left of the mapping: what holds it is taken out next, and a document needs a value.
        at_root = parent.start_mark.column == 0
        return rest + EMPTY if at_root else _emptied(text, start, end)
    return rest


def _emptied(text: str, start: int, end: int) -> str:
    """Leave an empty mapping in place of a block's only entry."""
    return f"{text[:start].rstrip()} {{}}{text[line_end(text, end) :]}"


def _refuse_other(before: str, after: str, keys: Sequence[str], wanted: Node | None, name: str) -> None:
    """Make sure that an edit changed what it was to change, and nothing else."""
    old, new = read_document(before, name), read_document(after, name)
    found = get_node(new.root, *keys) if new.root is not None else None
    same = (None if found is None else without_positions(found)) == (
        None if wanted is None else without_positions(wanted)
    )
    if new.faults or new.root is None or not same or _others(old.root, keys) != _others(new.root, keys):
        raise _uneditable(keys, name)


def _others(node: Node | None, keys: Sequence[str]) -> object:
    """Give a document's content without what `keys` lead to, and without mappings that are empty then."""
    if node is None or node.entries is None or not keys:
        return None
    rest = {key: without_positions(child) for key, child in node.entries.items() if key != keys[0]}
    inside = node.entries.get(keys[0])
    below = _others(inside, keys[1:]) if inside is not None else None
    return (rest, below) if below not in (None, ({}, None)) else (rest, None)


def _uneditable(keys: Sequence[str], name: str) -> DiagnosticError:
    key = ".".join(keys)
    detail = f"set '{key}' by hand: it is written in a form of YAML that is not edited here"
    return DiagnosticError(error("the file can't be edited by program", detail, Position(name)))
