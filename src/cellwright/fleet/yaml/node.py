"""Values as written in a document: trees in which every node knows its position."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeAlias

from cellwright.fleet.yaml.references import TextPart
from cellwright.model.position import Position
from cellwright.model.value import Value


class MergeTag(Enum):
    """Says how a value is merged with the inherited one."""

    APPEND = "!append"
    REPLACE = "!replace"
    UNSET = "!unset"
    PLACE = "!place"
    """A rule in place of the name of the cell in which this one is placed."""


Step: TypeAlias = str | int
"""A key of a mapping, or an index of a list."""


class Node(NamedTuple):
    """One value of a document; immutable.

    A named tuple, because a fleet has hundreds of thousands of nodes, and a frozen dataclass takes more than
    twice as long to make.
    """

    value: Value
    """As written, references not replaced; keys that are `!unset` are left out."""
    content: "dict[str, Node] | list[Node] | tuple[TextPart, ...] | None"
    """A mapping's or a list's parts; a string's parts if it holds references or escapes; else None."""
    layer: str
    """The document's path, relative to the fleet's root."""
    line: int
    column: int
    plain: bool
    """No references anywhere below: `value` is final."""
    merge_tag: MergeTag | None = None
    key_marks: tuple[tuple[int, int], ...] = ()
    """A mapping's key positions, in the order of its keys."""

    @property
    def position(self) -> Position:
        """Where the value starts."""
        return Position(self.layer, self.line, self.column)

    @property
    def entries(self) -> "dict[str, Node] | None":
        """A mapping's parts; None for anything else."""
        return self.content if isinstance(self.content, dict) else None

    def key_position(self, key: str) -> Position:
        """The position of a mapping's `key` (of the mapping itself if it has no such key)."""
        for mark, name in zip(self.key_marks, self.entries or (), strict=False):
            if name == key:
                return Position(self.layer, *mark)
        return self.position

    @property
    def children(self) -> "Collection[Node]":
        """A mapping's values or a list's items; nothing below a scalar."""
        if isinstance(self.content, dict):
            return self.content.values()
        return self.content if isinstance(self.content, list) else ()

    def walk(self) -> "Iterator[Node]":
        """Yield this node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def get_node(node: Node, *keys: Step) -> Node | None:
    """Follow `keys` to the end; None if something on the way is not there."""
    found: Node | None = node
    for key in keys:
        content = found.content if found is not None else None
        if isinstance(content, dict):
            found = content.get(str(key))
        elif isinstance(content, list) and isinstance(key, int) and 0 <= key < len(content):
            found = content[key]
        else:
            return None
    return found


def find_node(node: Node, path: Sequence[Step]) -> Node:
    """Follow `path` as far as it exists and give the last node on it."""
    for step in path:
        below = get_node(node, step)
        if below is None:
            break
        node = below
    return node


def without_positions(node: Node) -> object:
    """Give a node's content as built-in types, without positions."""
    content = node.content
    if isinstance(content, dict):
        return (node.merge_tag, {key: without_positions(child) for key, child in content.items()})
    if isinstance(content, list):
        return (node.merge_tag, [without_positions(child) for child in content])
    return (node.merge_tag, node.value, content)


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float, Decimal), "a number"),
    (str, "a string"),
    (Mapping, "a mapping"),
    (Sequence, "a list"),
    (type(None), "null"),
)


def kind_name(value: Value) -> str:
    """Name a value's kind for people: `a mapping`, `a number`."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "another unit's output")
