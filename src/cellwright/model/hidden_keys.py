"""Keys of a cell whose values are secret, and what stands in their place where settings are kept or shown."""

from collections.abc import Collection, Mapping
from typing import TypeAlias

from cellwright.model.value import Value

KeyPath: TypeAlias = tuple[str, ...]
"""The steps to a key: `("database", "password")`."""

SENSITIVE = "(sensitive)"
"""Stands in place of a sensitive value."""


def overlaps(one: KeyPath, other: KeyPath) -> bool:
    """Tell whether one of two keys holds the other, or is it."""
    return one[: len(other)] == other[: len(one)]


def without_hidden(settings: Mapping[str, Value], hidden: Collection[KeyPath]) -> Mapping[str, Value]:
    """Give settings with a mark in place of the values at these paths."""
    if not hidden:
        return settings
    return {key: _masked(value, (key,), hidden) for key, value in settings.items()}


def _masked(value: Value, path: KeyPath, hidden: Collection[KeyPath]) -> Value:
    inside = [item for item in hidden if overlaps(item, path)]
    if not inside:
        return value
    if isinstance(value, Mapping) and all(len(item) > len(path) for item in inside):
        return {key: _masked(item, (*path, key), inside) for key, item in value.items()}
    return SENSITIVE
