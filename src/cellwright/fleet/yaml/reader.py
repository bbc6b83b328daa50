"""From YAML text to a tree of nodes, with every fault that can be told without knowing what it is for.

The text is read as a stream of events with a stack of our own: the library's composer calls itself once per
level and so can be made to crash by nesting alone.
"""

import re
from dataclasses import dataclass

from yaml import (
    AliasEvent,
    CSafeLoader,
    DocumentStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)
from yaml.events import CollectionEndEvent, CollectionStartEvent, Event

from cellwright.fleet.yaml.frames import ListFrame, MappingFrame, frame_for, place_of
from cellwright.fleet.yaml.node import Directive, Node
from cellwright.fleet.yaml.scalar_value import MeaningError, collection_directive, scalar_meaning
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position

MAX_DEPTH = 64
"""How deep a document may nest; no Terraform type comes near it."""

MAX_ALIASED = 10_000
"""How many nodes a document's aliases may stand for in all: nine lines can stand for a billion."""

MAX_FAULTS = 50
"""After so many faults the rest of a document tells nothing new."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTED_BY_TAB = re.compile(r"[ \-]*\t")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of settings, read. `root` is None if nothing sensible could be read."""

    layer: str
    root: Node | None
    faults: tuple[Diagnostic, ...] = ()
    whole: bool = False
    """Every key that was written is there: what seems absent is."""


def read_document(text: str, layer: str) -> Document:
    """Read the YAML `text` of the file `layer`; never raises for what the text holds."""
    reader = _Reader(layer)
    try:
        reader.read(text)
    except _StopReadingError:
        return Document(layer, None, tuple(reader.faults))
    except YAMLError as failure:
        return Document(layer, None, (*reader.faults, _syntax_fault(failure, text, layer)))
    root = reader.root
    if root is None or (root.value is None and root.directive is None):
        detail = "write {} if a file without settings is meant, or remove the file"
        return Document(
            layer, None, (*reader.faults, error("the document is empty", detail, Position(layer)))
        )
    return Document(layer, root, tuple(reader.faults), reader.whole)


class _StopReadingError(Exception):
    """A fault after which the rest of the document can't be understood; it has been noted."""


class _Reader:
    """Takes events one by one and builds the tree."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.faults: list[Diagnostic] = []
        self.root: Node | None = None
        self.whole = True
        self._frames: list[ListFrame | MappingFrame] = []
        self._lists = 0
        self._documents = 0
        self._aliased = 0
        self._anchors: dict[str, Node] = {}
        self._sizes: dict[int, tuple[int, int]] = {}

    def read(self, text: str) -> None:
        loader = CSafeLoader(text)
        try:
            while (event := loader.get_event()) is not None and not isinstance(event, StreamEndEvent):
                self._take(event)
        finally:
            loader.dispose()

    def _take(self, event: Event) -> None:
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, CollectionStartEvent):
            self._open(event)
        elif isinstance(event, CollectionEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fault(event, "the file holds a second document", "keep one document in a file")
                raise _StopReadingError

    def _scalar(self, event: ScalarEvent) -> None:
        frame = self._frames[-1] if self._frames else None
        if isinstance(frame, MappingFrame) and frame.wants_key:
            self._key(frame, event)
            return
        try:
            value, parts, directive = scalar_meaning(event)
        except MeaningError as failure:
            self._fault(event, failure.summary, failure.detail)
            self.whole = False
            if frame is not None:
                frame.drop()
            return
        if directive is not None and not self._directive_fits(event, directive):
            directive = None
        node = Node(value, parts, self.layer, *place_of(event), parts is None, directive)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._place(node)

    def _key(self, frame: MappingFrame, event: ScalarEvent) -> None:
        key = event.value
        if key not in frame.content and key != "<<" and event.anchor is None:
            frame.expect(key, place_of(event))
            return
        frame.skip()
        self.whole = self.whole and key in frame.content
        if key in frame.content:
            line = frame.line_of(key)
            self._fault(
                event, f"duplicate key '{key}'", f"it stands already in line {line}; keep one of them"
            )
        elif event.anchor is not None:
            self._fault(event, "a key can't have an anchor", f"remove '&{event.anchor}'")
        else:
            self._fault(event, "merge keys ('<<') are not supported", "put what is shared into a layer")

    def _directive_fits(self, event: Event, directive: Directive) -> bool:
        """Tell whether a merge tag may stand here: only a key's own value can have inherited something."""
        if self._frames and not self._lists:
            return True
        where = "inside a list" if self._lists else "at the top of a document"
        detail = "merge tags belong to a key of a mapping"
        self._fault(event, f"{directive.value} can't stand {where}", detail)
        return False

    def _open(self, event: CollectionStartEvent) -> None:
        if len(self._frames) >= MAX_DEPTH:
            self._fault(event, f"the document nests deeper than {MAX_DEPTH} levels", "flatten it")
            raise _StopReadingError
        is_list = isinstance(event, SequenceStartEvent)
        directive = None
        try:
            directive = collection_directive(event, is_list=is_list)
        except MeaningError as failure:
            self._fault(event, failure.summary, failure.detail)
        if directive is not None and not self._directive_fits(event, directive):
            directive = None
        self._frames.append(frame_for(event, directive))
        self._lists += is_list

    def _close(self) -> None:
        frame = self._frames.pop()
        self._lists -= isinstance(frame, ListFrame)
        node = frame.finish(self.layer)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = node
        self._place(node)

    def _place(self, node: Node) -> None:
        """Put a finished value where it belongs."""
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        if isinstance(frame, MappingFrame) and frame.wants_key:
            self._fault_at(
                (node.line, node.column), "a key must be a scalar", "write a plain text as the key"
            )
            self.whole = False
            frame.skip()
        else:
            frame.take(node)

    def _alias(self, event: AliasEvent) -> None:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            self._fault(
                event, f"unknown alias '*{event.anchor}'", f"anchor a value above it: &{event.anchor}"
            )
            raise _StopReadingError
        size, depth = self._measure(node)
        self._aliased += size
        if self._aliased > MAX_ALIASED or len(self._frames) + depth > MAX_DEPTH:
            detail = "share settings by layers, not by aliases"
            self._fault(event, "the document's aliases stand for too much", detail)
            raise _StopReadingError
        self._place(node)

    def _measure(self, node: Node) -> tuple[int, int]:
        """Count the nodes that `node` stands for, and how deep they nest."""
        known = self._sizes.get(id(node))
        if known is None:
            parts = [self._measure(child) for child in node.children]
            known = (1 + sum(size for size, _ in parts), 1 + max((depth for _, depth in parts), default=0))
            self._sizes[id(node)] = known
        return known

    def _fault(self, event: Event, summary: str, detail: str) -> None:
        self._fault_at(place_of(event), summary, detail)

    def _fault_at(self, place: tuple[int, int], summary: str, detail: str) -> None:
        self.faults.append(error(summary, detail, Position(self.layer, *place)))
        if len(self.faults) >= MAX_FAULTS:
            raise _StopReadingError


def _syntax_fault(failure: YAMLError, text: str, layer: str) -> Diagnostic:
    """Say what the library found, at the place where it found it."""
    mark = failure.problem_mark or failure.context_mark if isinstance(failure, MarkedYAMLError) else None
    if not isinstance(failure, MarkedYAMLError) or mark is None:
        return _unprintable_fault(text, layer)
    position = Position(layer, mark.line + 1, mark.column + 1)
    line = _line(text, mark.line)
    if _INDENTED_BY_TAB.match(line):
        return error("a tab can't indent YAML", "indent with spaces", position)
    context = f" ({failure.context})" if failure.context else ""
    detail = "quote a text with '${' in it inside [] or {}" if "${" in line else "mend the file here"
    return error(f"not valid YAML: {failure.problem}{context}", detail, position)


def _line(text: str, index: int) -> str:
    lines = text.splitlines()
    return lines[index] if index < len(lines) else ""


def _unprintable_fault(text: str, layer: str) -> Diagnostic:
    match = _UNPRINTABLE.search(text)
    offset = match.start() if match else 0
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    detail = "put a YAML file in its place"
    return error(
        "the file holds a control character, so it is no text", detail, Position(layer, line, column)
    )
