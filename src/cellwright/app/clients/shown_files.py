"""A cell's files as they may be shown: secrets that somebody has written out are left out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from yaml import CSafeLoader, MappingNode, Node, SequenceNode, YAMLError, compose

from cellwright.app.clients.typed_secrets import written_out
from cellwright.app.session.snapshot import Snapshot
from cellwright.model.address import CellAddress
from cellwright.model.value import Json

HIDDEN = "(sensitive value)"
"""Stands in place of a secret. Who sends it back is told that a secret is written out there."""
_BEFORE = re.compile(r"(?:[&!]\S+\s+)+")
"""An anchor or a tag of a value."""
_NO_SECRETS = frozenset({"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"})
_UNREADABLE = "this file can't be read, so it is not known which of its values are secret\n"
"""No settings either: a file of a cell that has this text is refused."""


def shown_files(snapshot: Snapshot, cell: CellAddress, texts: Mapping[str, str]) -> dict[str, str]:
    """Give the texts of a cell's files, by path, without the secrets that are written out in them."""
    return {path: shown_file(snapshot, cell, text) for path, text in texts.items()}


def shown_file(snapshot: Snapshot, cell: CellAddress, text: str) -> str:
    """Give the text of one of a cell's files without the secrets that are written out in it."""
    try:
        top = compose(text, Loader=CSafeLoader)
    except YAMLError:
        return _UNREADABLE
    if not isinstance(top, MappingNode):
        return text if top is None else _UNREADABLE
    settings = cast("Mapping[str, Json]", _value(top))
    return _without(text, top, written_out(snapshot, cell, settings))


def _value(node: Node) -> Json:
    """Give a value as it is written, also one that no fleet takes; references and numbers are texts."""
    if isinstance(node, MappingNode):
        return {str(key.value): _value(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    return None if node.tag in _NO_SECRETS else str(node.value)


def _without(text: str, top: Node, paths: Iterable[Sequence[str]]) -> str:
    shown, end = "", 0
    for start, stop in sorted({span for path in paths for span in _spans(text, top, path)}):
        if start >= end:  # not within a value that is hidden already
            shown, end = f"{shown}{text[end:start]}{HIDDEN}", stop
    return shown + text[end:]


def _spans(text: str, node: Node, path: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give where the values that a path leads to are written; an alias has its value at its anchor."""
    if not path:
        yield _span(text, node)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == path[0]:
                yield from _spans(text, value, path[1:])


def _span(text: str, node: Node) -> tuple[int, int]:
    start, end = node.start_mark.index, node.end_mark.index
    before = _BEFORE.match(text, start, end)
    start = before.end() if before else start
    return start, start + len(text[start:end].rstrip())
