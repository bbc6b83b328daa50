"""Differences between two values of settings, down to the parts that differ."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cellwright.app.fleet.comparing.change import Side
from cellwright.fleet.shown_value import SENSITIVE, shown_value
from cellwright.model.unit import Input
from cellwright.model.value import Value

ValueChange: TypeAlias = tuple[tuple[str, ...], Side | None, Side | None]
"""The steps to a part that differs, and the part before and after; None where it is not set."""


def input_changes(
    before: Input | None, after: Input | None, *, sensitive: bool, own_file: str
) -> Iterator[ValueChange]:
    """Yield the parts of an input that differ.

    Where a shared layer says both with references to the cell (`${cell.name}-v2`), they are given as written,
    so that they are equal for all cells. `own_file` is where the cell's own files begin.
    """
    if before is None or after is None:
        found = before or after
        if found is not None:
            side = Side.of(shown_value(found.value, sensitive=sensitive))
            yield (), None if before is None else side, None if after is None else side
        return
    if sensitive:
        if before.value != after.value:
            yield (), Side.of(SENSITIVE), Side.of(SENSITIVE)
        return
    for steps, old, new in _parts(before.value, after.value, ()):
        written = _written(before, steps, own_file), _written(after, steps, own_file)
        if None not in written and written[0] != written[1]:
            yield steps, *written
        else:
            yield steps, _side(old), _side(new)


def value_changes(before: Value, after: Value) -> Iterator[ValueChange]:
    """Yield the parts of a value that differ."""
    for steps, old, new in _parts(before, after, ()):
        yield steps, _side(old), _side(new)


class _Unset:
    """In place of a value that is not set."""


_UNSET = _Unset()


def _side(value: "Value | _Unset") -> Side | None:
    return None if isinstance(value, _Unset) else Side.of(shown_value(value))


def _parts(
    before: "Value | _Unset", after: "Value | _Unset", steps: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], "Value | _Unset", "Value | _Unset"]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _parts(before.get(key, _UNSET), after.get(key, _UNSET), (*steps, key))
    elif type(before) is not type(after) or before != after:  # 1 is no true
        yield steps, before, after


def _written(item: Input, steps: tuple[str, ...], own_file: str) -> Side | None:
    """Give a part as a shared layer writes it, if it holds a reference; None if not."""
    if item.origin.layer.startswith(own_file):
        return None
    value: Value = item.origin.value
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return Side.of(value) if isinstance(value, str) and "${" in value else None
