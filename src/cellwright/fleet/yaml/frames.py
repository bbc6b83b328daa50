"""Mappings and lists while they are being read."""

from yaml import SequenceStartEvent
from yaml.events import CollectionStartEvent, Event

from cellwright.fleet.yaml.node import Directive, Node
from cellwright.model.value import Value

SKIP = "\0skip"
"""Stands in for a key that can't be used, so that its value is read and dropped; no document can hold it."""


def place_of(event: Event) -> tuple[int, int]:
    """Tell the line and column at which an event starts, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


class ListFrame:
    """A list that is being read."""

    __slots__ = ("anchor", "content", "directive", "place", "plain", "value")
    wants_key = False

    def __init__(self, event: CollectionStartEvent, directive: Directive | None) -> None:
        self.place = place_of(event)
        self.anchor = event.anchor
        self.directive = directive
        self.plain = True
        self.content: list[Node] = []
        self.value: list[Value] = []

    def take(self, node: Node) -> None:
        """Add the next item."""
        self.content.append(node)
        self.value.append(node.value)
        if not node.plain:
            self.plain = False

    def drop(self) -> None:
        """Go on without the next item."""

    def finish(self, layer: str) -> Node:
        """Give the list as a node."""
        return Node(self.value, self.content, layer, *self.place, self.plain, self.directive)


class MappingFrame:
    """A mapping that is being read: `key` is the key whose value comes next."""

    __slots__ = ("anchor", "content", "directive", "key", "marks", "place", "plain", "value")

    def __init__(self, event: CollectionStartEvent, directive: Directive | None) -> None:
        self.place = place_of(event)
        self.anchor = event.anchor
        self.directive = directive
        self.plain = True
        self.key: str | None = None
        self.marks: list[tuple[int, int]] = []
        self.content: dict[str, Node] = {}
        self.value: dict[str, Value] = {}

    @property
    def wants_key(self) -> bool:
        """Tell whether a key comes next."""
        return self.key is None

    def line_of(self, key: str) -> int:
        """Tell in which line a key that was read stands."""
        return self.marks[list(self.content).index(key)][0]

    def expect(self, key: str, mark: tuple[int, int]) -> None:
        """Take a key; its value comes next."""
        self.key = key
        self.marks.append(mark)

    def skip(self) -> None:
        """Drop the value that comes next."""
        self.key = SKIP

    def drop(self) -> None:
        """Go on without the value that comes next, and without its key."""
        if self.key is not SKIP:
            self.marks.pop()
        self.key = None

    def take(self, node: Node) -> None:
        """Put the value under its key."""
        key, self.key = self.key, None
        if key is None or key is SKIP:
            return
        self.content[key] = node
        if node.directive is not Directive.UNSET:
            self.value[key] = node.value
        if not node.plain:
            self.plain = False

    def finish(self, layer: str) -> Node:
        """Give the mapping as a node."""
        marks = tuple(self.marks)
        return Node(self.value, self.content, layer, *self.place, self.plain, self.directive, marks)


def frame_for(event: CollectionStartEvent, directive: Directive | None) -> ListFrame | MappingFrame:
    """Begin the mapping or list that `event` opens."""
    if isinstance(event, SequenceStartEvent):
        return ListFrame(event, directive)
    return MappingFrame(event, directive)
