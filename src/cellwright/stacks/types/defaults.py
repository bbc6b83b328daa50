"""Puts the defaults of optional attributes into a value (HCL, `typeexpr.Defaults`)."""

from collections.abc import Iterator, Mapping

from cellwright.stacks.types.constraint import (
    UNKNOWN_DEFAULT,
    Default,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    SetOf,
    TupleOf,
    TypeConstraint,
)
from cellwright.stacks.types.convert import NoConversionError, convert, unified
from cellwright.stacks.types.typed import UNKNOWN, Typed, object_of, tuple_of, typed

_NOTHING = TupleOf(())
"""A type without defaults."""


def has_defaults(constraint: TypeConstraint) -> bool:
    """Tell whether an optional attribute has a known default anywhere in a type."""
    return any(not isinstance(item.default, Default) for item in _attributes(constraint))


def has_unknown_default(constraint: TypeConstraint) -> bool:
    """Tell whether an optional attribute has a default that is not evaluated here."""
    return any(item.default is UNKNOWN_DEFAULT for item in _attributes(constraint))


def _attributes(constraint: TypeConstraint) -> Iterator[ObjectAttribute]:
    match constraint:
        case ListOf(element) | SetOf(element) | MapOf(element):
            yield from _attributes(element)
        case TupleOf(elements):
            for element in elements:
                yield from _attributes(element)
        case ObjectOf(attributes):
            for attribute in attributes.values():
                yield attribute
                yield from _attributes(attribute.type)
        case _:
            return


def with_defaults(constraint: TypeConstraint, value: Typed) -> Typed:
    """Give the value with defaults in the place of attributes that are left out or null."""
    if value.content is None or value.content is UNKNOWN or not has_defaults(constraint):
        return value
    match value.type:
        case SetOf() | ListOf() | TupleOf():
            items = [with_defaults(_child(constraint, index), item) for index, item in value.members()]
            if not isinstance(value.type, TupleOf):
                return _collected(value, dict(enumerate(items))) or tuple_of(items)
            return tuple_of(items)
        case MapOf() | ObjectOf():
            content = {
                str(key): with_defaults(_child(constraint, key), item) for key, item in value.members()
            }
            content |= _missing(constraint, content)
            if isinstance(value.type, MapOf):
                return _collected(value, dict(content.items())) or object_of(content)
            return object_of(content)
        case _:
            return value


def _missing(constraint: TypeConstraint, content: dict[str, Typed]) -> dict[str, Typed]:
    found: dict[str, Typed] = {}
    if isinstance(constraint, ObjectOf):
        for name, attribute in constraint.attributes.items():
            given = content.get(name)
            if not isinstance(attribute.default, Default) and (given is None or given.content is None):
                default = convert(typed(attribute.default), attribute.type)
                found[name] = with_defaults(attribute.type, default)
    return found


def _child(constraint: TypeConstraint, key: str | int) -> TypeConstraint:
    match constraint, key:
        case (TupleOf(elements), int()) if key < len(elements):
            return elements[key]
        case (ObjectOf(attributes), str()) if key in attributes:
            return attributes[key].type
        case ((ListOf(element) | SetOf(element) | MapOf(element)), _):
            return element
        case _:
            return _NOTHING


def _collected(value: Typed, content: Mapping[str | int, Typed]) -> Typed | None:
    """Keep a collection one where its elements still have a common type."""
    if not content:
        return value
    common = unified([item.type for item in content.values()])
    if common is None:
        return None
    try:
        items = {key: convert(item, common) for key, item in content.items()}
    except NoConversionError:
        return None
    match value.type:
        case MapOf():
            return Typed(MapOf(common), {str(key): item for key, item in items.items()})
        case ListOf():
            return Typed(ListOf(common), tuple(items.values()))
        case _:
            return Typed(SetOf(common), tuple(items.values()))
