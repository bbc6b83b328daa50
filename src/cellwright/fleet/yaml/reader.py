"""Reads YAML text into a tree of nodes, and finds the faults that don't depend on the file's purpose.

The tree is built from the library's events without recursion: its own composer recurses, so that deeply
nested text crashes it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yaml import (
    AliasEvent,
    CSafeLoader,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)
from yaml.events import CollectionEndEvent, CollectionStartEvent, Event

from cellwright.fleet.yaml.builders import ListBuilder, MappingBuilder, builder_for, event_place
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.fleet.yaml.references import holds_reference
from cellwright.fleet.yaml.scalars import InvalidValueError, collection_merge_tag, parse_scalar
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.limits import DOCUMENT_ALIASED, DOCUMENT_DEPTH, DOCUMENT_FAULTS, DOCUMENT_VALUES
from cellwright.model.position import Position

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTED_BY_TAB = re.compile(r"[ \-]*\t")


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
    if root is None or (root.value is None and root.merge_tag is None):
        detail = "write {} if a file without settings is meant, or remove the file"
        return Document(
            layer, None, (*reader.faults, error("the document is empty", detail, Position(layer)))
        )
    return Document(layer, root, tuple(reader.faults), reader.complete, reader.has_aliases)


class _StopReadingError(Exception):
    """Raised after a fault that makes the rest of the document unreadable; it has been recorded."""


class _Reader:
    """Builds the tree from events."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.faults: list[Diagnostic] = []
        self.root: Node | None = None
        self.complete = True
        self._builders: list[ListBuilder | MappingBuilder] = []
        self._lists = 0
        self._documents = 0
        self._aliased = 0
        self._anchors: dict[str, Node] = {}
        self._sizes: dict[int, tuple[int, int]] = {}
        self._values = 0

    @property
    def has_aliases(self) -> bool:
        """Tell whether an alias was read."""
        return self._aliased > 0

    def read(self, text: str) -> None:
        # Handlers by type, because this runs for every value of a fleet.
        handlers: Mapping[type[Event], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }
        loader = CSafeLoader(text)
        try:
            while (event := loader.get_event()) is not None:
                handle = handlers.get(type(event))
                if handle is not None:
                    handle(event)
                elif type(event) is StreamEndEvent:
                    break
        finally:
            loader.dispose()

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._fault(event, "the file holds a second document", "keep one document in a file")
            raise _StopReadingError

    def _count(self, event: Event) -> None:
        self._values += 1
        if self._values > DOCUMENT_VALUES:
            detail = f"a document may hold {DOCUMENT_VALUES:,} values: split it, or keep bulk data elsewhere"
            self._fault(event, "the document holds too many values", detail)
            raise _StopReadingError

    def _scalar(self, event: ScalarEvent) -> None:
        self._count(event)
        builder = self._builders[-1] if self._builders else None
        if isinstance(builder, MappingBuilder) and builder.wants_key:
            self._key(builder, event)
            return
        try:
            value, parts, merge_tag = parse_scalar(event)
        except InvalidValueError as failure:
            self._fault(event, failure.summary, failure.detail)
            self.complete = False
            if builder is not None:
                builder.drop()
            return
        if merge_tag is not None and not self._merge_tag_fits(event, merge_tag):
            merge_tag = None
        node = Node(value, parts, self.layer, *event_place(event), parts is None, merge_tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._place(node)

    def _key(self, builder: MappingBuilder, event: ScalarEvent) -> None:
        key = event.value
        # In quotes it is a key like any other (YAML 1.1, merge key).
        merges = key == "<<" and event.implicit[0]
        refers = "${" in key and holds_reference(key)
        if key not in builder.content and not merges and not refers and event.anchor is None:
            builder.set_key(key, event_place(event))
            return
        builder.skip()
        self.complete = self.complete and key in builder.content
        if key in builder.content:
            line = builder.line_of(key)
            self._fault(
                event, f"duplicate key '{key}'", f"it is already set in line {line}; keep one of them"
            )
        elif event.anchor is not None:
            self._fault(event, "a key can't have an anchor", f"remove '&{event.anchor}'")
        elif refers:
            detail = "keys are taken as they are written: refer to the whole mapping instead"
            self._fault(event, "a key can't hold a reference", detail)
        else:
            self._fault(event, "merge keys ('<<') are not supported", "put what is shared into a layer")

    def _merge_tag_fits(self, event: Event, merge_tag: MergeTag) -> bool:
        """Tell whether a merge tag is allowed here: only the value of a key can inherit something."""
        if merge_tag is MergeTag.PLACE and len(self._builders) > 1:
            detail = "a rule stands at the top of a file, at the key that says where a cell is placed"
            self._fault(event, "!place can't stand here", detail)
            return False
        if self._builders and not self._lists:
            return True
        where = "inside a list" if self._lists else "at the top of a document"
        detail = "merge tags belong to a key of a mapping"
        self._fault(event, f"{merge_tag.value} can't stand {where}", detail)
        return False

    def _open(self, event: CollectionStartEvent) -> None:
        self._count(event)
        if len(self._builders) >= DOCUMENT_DEPTH:
            self._fault(event, f"the document nests deeper than {DOCUMENT_DEPTH} levels", "flatten it")
            raise _StopReadingError
        is_list = isinstance(event, SequenceStartEvent)
        merge_tag = None
        try:
            merge_tag = collection_merge_tag(event, is_list=is_list)
        except InvalidValueError as failure:
            self._fault(event, failure.summary, failure.detail)
        if merge_tag is not None and not self._merge_tag_fits(event, merge_tag):
            merge_tag = None
        self._builders.append(builder_for(event, merge_tag))
        self._lists += is_list

    def _close(self, _event: CollectionEndEvent) -> None:
        builder = self._builders.pop()
        self._lists -= isinstance(builder, ListBuilder)
        node = builder.finish(self.layer)
        if builder.anchor is not None:
            self._anchors[builder.anchor] = node
        self._place(node)

    def _place(self, node: Node) -> None:
        """Add a finished node to the mapping or list that contains it."""
        if not self._builders:
            self.root = node
            return
        builder = self._builders[-1]
        if isinstance(builder, MappingBuilder) and builder.wants_key:
            self._fault_at(
                (node.line, node.column), "a key must be a scalar", "write a plain text as the key"
            )
            self.complete = False
            builder.skip()
        else:
            builder.add(node)

    def _alias(self, event: AliasEvent) -> None:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            # Its name is not repeated: it may be a secret that begins with a star.
            self._fault(event, "unknown alias", "anchor a value of its name above it, or quote the text")
            raise _StopReadingError
        size, depth = self._measure(node)
        self._aliased += size
        if self._aliased > DOCUMENT_ALIASED or len(self._builders) + depth > DOCUMENT_DEPTH:
            detail = "share settings by layers, not by aliases"
            self._fault(event, "the document's aliases stand for too much", detail)
            raise _StopReadingError
        if self._lists and any(item.merge_tag is not None for item in node.walk()):
            detail = "merge tags belong to a key of a mapping; write the value out"
            self._fault(event, f"the alias '*{event.anchor}' brings a merge tag into a list", detail)
        self._place(node)

    def _measure(self, node: Node) -> tuple[int, int]:
        """Give the number of nodes in a tree, and its depth."""
        known = self._sizes.get(id(node))
        if known is None:
            parts = [self._measure(child) for child in node.children]
            known = (1 + sum(size for size, _ in parts), 1 + max((depth for _, depth in parts), default=0))
            self._sizes[id(node)] = known
        return known

    def _fault(self, event: Event, summary: str, detail: str) -> None:
        self._fault_at(event_place(event), summary, detail)

    def _fault_at(self, place: tuple[int, int], summary: str, detail: str) -> None:
        self.faults.append(error(summary, detail, Position(self.layer, *place)))
        if len(self.faults) >= DOCUMENT_FAULTS:
            raise _StopReadingError


def _syntax_fault(failure: YAMLError, text: str, layer: str) -> Diagnostic:
    """Describe the library's error, with its position."""
    mark = failure.problem_mark or failure.context_mark if isinstance(failure, MarkedYAMLError) else None
    if not isinstance(failure, MarkedYAMLError) or mark is None:
        return _unprintable_fault(text, layer)
    position = Position(layer, mark.line + 1, mark.column + 1)
    line = _line(text, mark.line)
    if _INDENTED_BY_TAB.match(line):
        return error("a tab can't indent YAML", "indent with spaces", position)
    context = f" ({failure.context})" if failure.context else ""
    detail = "quote a text with '${' in it inside [] or {}" if "${" in line else "correct the file here"
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
