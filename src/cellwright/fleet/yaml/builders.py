"""Builders of mapping and list nodes, filled while a document is read."""

from yaml import SequenceStartEvent
from yaml.events import CollectionStartEvent, Event

from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.model.value import Value

SKIP = "\0skip"
"""Replaces a key that can't be used, so that its value is read and dropped; no document can contain it."""


def event_place(event: Event) -> tuple[int, int]:
    """Give the line and column at which an event starts, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


class ListBuilder:
    """Builds a list."""

    __slots__ = ("anchor", "content", "merge_tag", "place", "plain", "value")
    wants_key = False

    def __init__(self, event: CollectionStartEvent, merge_tag: MergeTag | None) -> None:
        self.place = event_place(event)
        self.anchor = event.anchor
        self.merge_tag = merge_tag
        self.plain = True
        self.content: list[Node] = []
        self.value: list[Value] = []

    def add(self, node: Node) -> None:
        """Add the next item."""
        self.content.append(node)
        self.value.append(node.value)
        if not node.plain:
            self.plain = False

    def drop(self) -> None:
        """Skip the next item."""

    def finish(self, layer: str) -> Node:
        """Give the list as a node."""
        return Node(self.value, self.content, layer, *self.place, self.plain, self.merge_tag)


class MappingBuilder:
    """Builds a mapping; `key` is the key whose value comes next."""

    __slots__ = ("anchor", "content", "key", "key_marks", "merge_tag", "place", "plain", "value")

    def __init__(self, event: CollectionStartEvent, merge_tag: MergeTag | None) -> None:
        self.place = event_place(event)
        self.anchor = event.anchor
        self.merge_tag = merge_tag
        self.plain = True
        self.key: str | None = None
        self.key_marks: list[tuple[int, int]] = []
        self.content: dict[str, Node] = {}
        self.value: dict[str, Value] = {}

    @property
    def wants_key(self) -> bool:
        """Tell whether a key comes next."""
        return self.key is None

    def line_of(self, key: str) -> int:
        """Give the line of a key."""
        return self.key_marks[list(self.content).index(key)][0]

    def set_key(self, key: str, mark: tuple[int, int]) -> None:
        """Set the current key; its value comes next."""
        self.key = key
        self.key_marks.append(mark)

    def skip(self) -> None:
        """Drop the value that comes next."""
        self.key = SKIP

    def drop(self) -> None:
        """Skip the value that comes next, and its key."""
        if self.key is not SKIP:
            self.key_marks.pop()
        self.key = None

    def add(self, node: Node) -> None:
        """Add the value of the current key."""
        key, self.key = self.key, None
        if key is None or key is SKIP:
            return
        self.content[key] = node
        if node.merge_tag is not MergeTag.UNSET:
            self.value[key] = node.value
        if not node.plain:
            self.plain = False

    def finish(self, layer: str) -> Node:
        """Give the mapping as a node."""
        key_marks = tuple(self.key_marks)
        return Node(self.value, self.content, layer, *self.place, self.plain, self.merge_tag, key_marks)


def builder_for(event: CollectionStartEvent, merge_tag: MergeTag | None) -> ListBuilder | MappingBuilder:
    """Make the builder of the mapping or list that `event` opens."""
    if isinstance(event, SequenceStartEvent):
        return ListBuilder(event, merge_tag)
    return MappingBuilder(event, merge_tag)
