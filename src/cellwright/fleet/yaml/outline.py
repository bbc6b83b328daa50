"""Outlines: in which lines of a document the sections below one key stand, so that some can be left out.

Of an unchanged document, a later load then reads only the sections that it needs. Every position stays as it
is in the whole document.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import Node

_LEFT_OUT = "#\n"
"""Replaces a line: not an empty one, which may be a part of a text above it."""


class Outline(NamedTuple):
    """The lines of one top-level key and of the sections in it, counted from 1."""

    key: str
    line: int
    end: int | None
    """The line of the next top-level key; None if it is the last one."""
    sections: tuple[tuple[str, int], ...]
    """The name and the first line of each, in the order in which they stand."""


def outline_of(document: Document, key: str) -> Outline | None:
    """Outline what a document has below `key`.

    None unless both are plain block mappings: no flow style, no tag, no anchor before them. With an alias
    anywhere, a section may depend on another one.
    """
    root = document.root
    if root is None or document.faults or document.has_aliases or not _is_block(root) or root.column != 1:
        return None
    value = (root.entries or {}).get(key)
    if value is None or not _is_block(value):
        return None
    lines = [line for line, _ in root.key_marks]
    index = list(root.entries or {}).index(key)
    return Outline(
        key=key,
        line=lines[index],
        end=lines[index + 1] if index + 1 < len(lines) else None,
        sections=tuple(
            (name, line) for name, (line, _) in zip(value.entries or {}, value.key_marks, strict=True)
        ),
    )


def excerpt(text: str, outline: Outline, names: Collection[str]) -> str:
    """Leave out all sections but `names`, if this is the text that was outlined."""
    lines = text.splitlines(keepends=True)
    last = outline.end or len(lines) + 1
    if not any(name in names for name, _ in outline.sections):
        return "".join(_without(lines, [(outline.line, last)], f"{outline.key}: {{}}\n"))
    left_out = [(start, end) for name, start, end in _ranges(outline, last) if name not in names]
    return "".join(_without(lines, left_out, _LEFT_OUT))


def section_lines(text: str, outline: Outline, name: str) -> list[str]:
    """Give the lines of one section, if this is the text that was outlined; the first one has its name."""
    lines = text.splitlines()
    found = _ranges(outline, outline.end or len(lines) + 1)
    return [line for section, start, end in found if section == name for line in lines[start - 1 : end - 1]]


def _ranges(outline: Outline, last: int) -> Iterator[tuple[str, int, int]]:
    """Yield each section with its first line and the line after it."""
    ends = [line for _, line in outline.sections[1:]]
    for (name, start), end in zip(outline.sections, [*ends, last], strict=True):
        yield name, start, end


def _without(lines: list[str], ranges: list[tuple[int, int]], first: str) -> list[str]:
    """Replace ranges of lines; the first line of each becomes `first`."""
    for start, end in ranges:
        lines[start - 1 : end - 1] = [first, *[_LEFT_OUT] * (end - start - 1)]
    return lines


def _is_block(node: Node) -> bool:
    """Tell whether a node is a mapping in block style that begins with its first key, one key in a line."""
    marks = node.key_marks
    if not marks or marks[0] != (node.line, node.column):
        return False
    return all(column == node.column for _, column in marks) and len({line for line, _ in marks}) == len(
        marks
    )
