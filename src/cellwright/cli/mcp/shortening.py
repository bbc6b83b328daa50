"""Shortens a JSON document until it is within a size, and says what was left out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.cli.mcp.shape import Shape
from cellwright.model.value import Json

_LONGEST_TEXT = 400
"""Characters that are kept of a text that has to be cut."""
_NAMED = 5
"""Shortened parts that are named."""

_Part: TypeAlias = dict[str, Json] | list[Json] | str


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a document that can be cut, and where it is."""

    holder: dict[str, Json] | list[Json]
    key: str | int
    name: str
    part: _Part
    size: int


def shortened(
    document: dict[str, Json],
    most: int,
    shape: Shape = Shape(),  # noqa: B008  a frozen value
) -> tuple[dict[str, Json], str]:
    """Give the document with at most `most` bytes, and what it lacks; the largest parts are cut first.

    Lists lose their last elements, mappings their last keys, texts their ends; a mapping with keys that it
    always has by its `shape` keeps them, so what is left has that shape. The original stays as it is.
    """
    if _size(document) <= most:
        return document, ""
    room = most - 500  # for what says what was left out
    copy: dict[str, Json] = json.loads(json.dumps(document))
    lost: dict[str, str] = {}
    while (excess := _size(copy) - room) > 0:
        place = max(_places(copy, "", shape), key=lambda item: item.size, default=None)
        if place is None:
            return {}, "all of it"
        lost[place.name] = _cut(place, excess)
    named = [f"{name}: {what}" for name, what in list(lost.items())[:_NAMED]]
    return copy, "shortened: " + ", ".join(named)


def _cut(place: _Place, excess: int) -> str:
    """Take away what is too much, at least one element; tell how much is left."""
    part = place.part
    if isinstance(part, str):
        _put(place, part[:_LONGEST_TEXT] + "…")
        return f"the first {_LONGEST_TEXT} characters"
    sizes = [_size(item) for item in (part.values() if isinstance(part, dict) else part)]
    kept, taken = len(sizes), 0
    while kept > 1 and taken < excess:
        kept -= 1
        taken += sizes[kept]
    if kept == len(sizes):
        kept = 0
    _put(place, dict(list(part.items())[:kept]) if isinstance(part, dict) else part[:kept])
    return f"the first {kept:,}"


def _put(place: _Place, value: Json) -> None:
    if isinstance(place.holder, dict):
        place.holder[str(place.key)] = value
    else:
        place.holder[int(place.key)] = value


def _places(holder: dict[str, Json] | list[Json], above: str, shape: Shape) -> Iterator[_Place]:
    """Yield what can be cut: of nested mappings the innermost, of a list all elements but one before that."""
    items = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, part in items:
        name = f"{above}.{key}" if above and isinstance(holder, dict) else above or str(key)
        if isinstance(part, str):
            if len(part) > _LONGEST_TEXT + 1:
                yield _Place(holder, key, name, part, _size(part))
        elif isinstance(part, dict | list) and part:
            own = shape.at(key)
            inner = list(_places(part, name, own)) if isinstance(part, dict) or len(part) == 1 else []
            whole = [] if own.fixed else [_Place(holder, key, name, part, _size(part))]
            yield from inner or whole


def _size(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
