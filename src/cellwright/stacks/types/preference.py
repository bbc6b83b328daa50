"""Which of several types Terraform would rather convert the others to (go-cty, `sortTypes`)."""

from collections.abc import Iterable, Sequence

from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)

_GENERAL: tuple[tuple[type, type], ...] = (
    (SetOf, TupleOf),
    (SetOf, ListOf),
    (ListOf, TupleOf),
    (MapOf, ObjectOf),
)
"""The first is preferred to the second; a set is the last choice."""


def by_preference(types: Sequence[TypeConstraint]) -> list[TypeConstraint]:
    """Sort types so that a more general one comes before those that convert to it."""
    later: list[list[int]] = [[] for _ in types]
    before = [0] * len(types)
    for first in range(len(types) - 1):
        for second in range(first + 1, len(types)):
            order = compare(types[first], types[second])
            if order:
                general, special = (first, second) if order < 0 else (second, first)
                later[general].append(special)
                before[special] += 1
    queue = [index for index, count in enumerate(before) if count == 0]
    for index in queue:  # grows while it is read
        for special in later[index]:
            before[special] -= 1
            if before[special] == 0:
                queue.append(special)
    rest = [0] if len(queue) < len(types) else []  # preferences in a circle: as go-cty leaves them
    return [types[index] for index in (*queue, *rest)]


def compare(  # noqa: PLR0911 -- one for each pair of kinds
    one: TypeConstraint, other: TypeConstraint
) -> int:
    """Give -1 if `one` is preferred to `other`, 1 for the contrary, 0 if neither is."""
    match one, other:
        case (AnyType(), AnyType()):
            return 0
        case (AnyType(), _):
            return 1
        case (_, AnyType()):
            return -1
        case (Primitive(), Primitive()):
            return (one is not Primitive.STRING) - (other is not Primitive.STRING)
        case (ListOf(first), ListOf(second)) | (SetOf(first), SetOf(second)) | (MapOf(first), MapOf(second)):
            return compare(first, second)
        case (ObjectOf(), ObjectOf()):
            if one.attributes.keys() != other.attributes.keys():
                return 0
            return _of_parts(
                compare(item.type, other.attributes[name].type) for name, item in one.attributes.items()
            )
        case (TupleOf(), TupleOf()):
            if len(one.elements) != len(other.elements):
                return 0
            return _of_parts(map(compare, one.elements, other.elements))
        case _:
            return _of_kinds(one, other)


def _of_parts(orders: Iterable[int]) -> int:
    found = set(orders)
    return 0 if found >= {-1, 1} else sum(found)


def _of_kinds(one: TypeConstraint, other: TypeConstraint) -> int:
    for general, special in _GENERAL:
        if isinstance(one, general) and isinstance(other, special):
            return 1 if general is SetOf else -1
        if isinstance(one, special) and isinstance(other, general):
            return -1 if general is SetOf else 1
    return 0
