"""A type constraint as JSON and back: `"string"`, `["list", "string"]`, `["tuple", ["bool", "any"]]`."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)

_Record: TypeAlias = Any  # JSON that encode_type wrote
_ANY = AnyType()
_COLLECTIONS: Mapping[str, type[ListOf | SetOf | MapOf]] = {"list": ListOf, "set": SetOf, "map": MapOf}
_NAMES = {kind: name for name, kind in _COLLECTIONS.items()}


def encode_type(constraint: TypeConstraint) -> _Record:
    """Write a type as JSON."""
    match constraint:
        case Primitive() | AnyType():
            return str(constraint)
        case ListOf() | SetOf() | MapOf():
            return [_NAMES[type(constraint)], encode_type(constraint.element)]
        case TupleOf():
            return ["tuple", [encode_type(element) for element in constraint.elements]]
        case ObjectOf():
            attributes = constraint.attributes.items()
            return ["object", [[name, encode_type(item.type), item.optional] for name, item in attributes]]
        case _:
            assert_never(constraint)


def decode_type(record: _Record) -> TypeConstraint:
    """Read what encode_type wrote."""
    if isinstance(record, str):
        return _ANY if record == "any" else Primitive(record)
    name, content = record
    if name == "tuple":
        return TupleOf(tuple(decode_type(element) for element in content))
    if name == "object":
        return ObjectOf(
            {key: ObjectAttribute(decode_type(kind), optional) for key, kind, optional in content}
        )
    return _COLLECTIONS[name](decode_type(content))
