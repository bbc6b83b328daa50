"""Checks whether the elements of a collection of `any` have a common type, as Terraform does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from cellwright.model.value import OutputReference, Template, Value
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

_DEEPEST = 6
"""How deep values are compared: each level doubles the work. Deeper parts count as unifiable."""


def free_values(element: TypeConstraint, values: Sequence[Value]) -> Iterator[list[Value]]:
    """For each `any` inside the element type, give the parts of `values` there; `values` fit the type."""
    match element:
        case AnyType():
            yield list(values)
        case Primitive():
            return
        case ListOf() | SetOf():
            yield from free_values(element.element, list(_within(values, Sequence)))
        case MapOf():
            yield from free_values(element.element, list(_within(values, Mapping)))
        case ObjectOf():
            objects = [value for value in values if isinstance(value, Mapping)]
            for name, attribute in element.attributes.items():
                yield from free_values(attribute.type, [item[name] for item in objects if name in item])
        case TupleOf():
            rows = [value for value in values if isinstance(value, Sequence) and not isinstance(value, str)]
            for index, inner in enumerate(element.elements):
                yield from free_values(inner, [row[index] for row in rows])
        case _:
            assert_never(element)


def unifiable(values: Iterable[Value], depth: int = 0) -> bool:
    """Tell whether Terraform finds one type for all of these; True if that is not known."""
    if depth == _DEEPEST:
        return True
    known = [value for value in values if value is not None and not isinstance(value, OutputReference)]
    if all(isinstance(value, Mapping) for value in known):
        return _one_type([value for value in known if isinstance(value, Mapping)], depth + 1)
    if all(_is_list(value) for value in known):
        return _one_type(
            [dict(enumerate(value)) for value in known if isinstance(value, Sequence)], depth + 1
        )
    if any(isinstance(value, Mapping) or _is_list(value) for value in known):
        return False
    # A number and a bool have only string in common, and Terraform uses that only if a string is there too.
    kinds = {_kind(value) for value in known}
    return kinds != {"bool", "number"}


def _one_type(containers: Sequence[Mapping[str, Value] | Mapping[int, Value]], depth: int) -> bool:
    """Tell whether they have a common object or tuple type, or else a common map or list type."""
    rows: list[dict[str | int, Value]] = [dict(container.items()) for container in containers]
    keys = {key for row in rows for key in row}
    same_shape = all(len(row) == len(keys) for row in rows)
    if same_shape and all(unifiable((row[key] for row in rows), depth) for key in keys):
        return True
    return unifiable((item for row in rows for item in row.values()), depth)


def _within(values: Sequence[Value], kind: type) -> Iterator[Value]:
    for value in values:
        if isinstance(value, Mapping) and kind is Mapping:
            yield from value.values()
        elif _is_list(value) and isinstance(value, Sequence) and kind is Sequence:
            yield from value


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "bool"
    return "string" if isinstance(value, (str, Template)) else "number"
