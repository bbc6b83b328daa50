"""The outline of a file of the fleet: its keys, one below the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.fleet.yaml.node import Node, get_node

_DEEPEST = 6
Mark = tuple[int, int]
"""A line and a column, counted from 1."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A key, or an element of a list, and what is below it."""

    name: str
    start: Mark
    end: Mark
    """Where the next one begins."""
    below: tuple["Symbol", ...] = ()


def symbols(root: Node | None, lines: int) -> tuple[Symbol, ...]:
    """Outline a document of so many lines; empty if it could not be read."""
    return tuple(_below(root, (lines + 1, 1), _DEEPEST)) if root is not None else ()


def _below(node: Node, end: Mark, depth: int) -> Iterator[Symbol]:
    parts = list(_parts(node)) if depth else []
    for (name, start, value), following in zip(parts, [*(part[1] for part in parts[1:]), end], strict=False):
        yield Symbol(name, start, following, tuple(_below(value, following, depth - 1)))


def _parts(node: Node) -> Iterator[tuple[str, Mark, Node]]:
    if node.entries is not None:
        for mark, (key, value) in zip(node.key_marks, node.entries.items(), strict=False):
            yield key, mark, value
    elif isinstance(node.content, list):
        for place, value in enumerate(node.content):
            if value.entries is not None:  # plain values say nothing in an outline
                name = get_node(value, "name")
                yield str(name.value) if name else f"[{place}]", (value.line, value.column), value
