"""What `show -json` says beside a value: which parts are unknown, which are sensitive."""

from collections.abc import Set as AbstractSet
from typing import Any

from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value import ElementSet, PlanValue, Unknown
from cellwright.terraform.planfile.value_type import Kind

Path = tuple[str | int, ...]
Marks = Any
"""A yes or no, or a tree of the value's shape; in objects, what is a plain no is left out."""

_ORDERED = frozenset((Kind.LIST, Kind.SET, Kind.TUPLE))
_NAMED = frozenset((Kind.MAP, Kind.OBJECT))


def has_unknown(value: PlanValue) -> bool:
    """Tell whether a part of a value is known after the apply only."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return isinstance(value, Unknown)


def known_part(value: PlanValue) -> PlanValue:
    """Leave out what is unknown; in lists it is null, so that the others keep their index."""
    if isinstance(value, dict):
        return {key: known_part(item) for key, item in value.items() if not isinstance(item, Unknown)}
    if isinstance(value, list):
        return [None if isinstance(item, Unknown) else known_part(item) for item in value]
    return value


def unknown_marks(value: PlanValue) -> Marks:
    """Mark the unknown parts."""
    if isinstance(value, dict):
        return _named({key: unknown_marks(item) for key, item in value.items()})
    if isinstance(value, list):
        return [unknown_marks(item) for item in value]
    return isinstance(value, Unknown)


def sensitive_marks(value: PlanValue, paths: AbstractSet[Path], place: Path = ()) -> Marks:
    """Mark the parts to which a path leads.

    Raises:
        UnreadablePlanError: a path leads into a set.
    """
    if place in paths:
        return True
    if isinstance(value, ElementSet) and any(path[: len(place)] == place for path in paths):
        raise UnreadablePlanError("a sensitive part of a set")
    if isinstance(value, dict):
        return _named({key: sensitive_marks(item, paths, (*place, key)) for key, item in value.items()})
    if isinstance(value, list):
        return [sensitive_marks(item, paths, (*place, index)) for index, item in enumerate(value)]
    return _unknown_collection(value)


def _unknown_collection(value: PlanValue) -> Marks:
    """An unknown collection is shown as an empty one: nothing can be said about its parts."""
    if isinstance(value, Unknown) and value.kind in _ORDERED:
        return []
    if isinstance(value, Unknown) and value.kind in _NAMED:
        return {}
    return False


def _named(marks: dict[str, Marks]) -> Marks:
    return {key: mark for key, mark in marks.items() if mark is not False}
