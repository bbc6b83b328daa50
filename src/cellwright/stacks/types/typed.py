"""Values together with their types, as Terraform has them while it converts one type into another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from cellwright.model.value import OutputReference, Scalar, SecretReference, Template, Value
from cellwright.stacks.types.constraint import (
    AnyType,
    ObjectAttribute,
    ObjectOf,
    Primitive,
    TupleOf,
    TypeConstraint,
)


class Unknown(Enum):
    """The value is known later."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
Content: TypeAlias = "Scalar | Literal[Unknown.UNKNOWN] | tuple[Typed, ...] | Mapping[str, Typed]"


@dataclass(frozen=True, slots=True)
class Typed:
    """A value; None is null. A null as it is written, and what is known later, may be of any type."""

    type: TypeConstraint
    content: Content

    def members(self) -> list[tuple[str | int, "Typed"]]:
        """Give the elements of a collection, a tuple or an object, with their places."""
        if isinstance(self.content, Mapping):
            return list(self.content.items())
        return list(enumerate(self.content)) if isinstance(self.content, tuple) else []


ANY = AnyType()


def typed(value: Value) -> Typed:  # noqa: PLR0911 -- one for each kind of value
    """Give a value its type: a mapping is an object and a list a tuple until they are converted."""
    if value is None:
        return Typed(ANY, None)
    if isinstance(value, OutputReference | SecretReference):
        return Typed(ANY, UNKNOWN)
    if isinstance(value, Template):
        return Typed(Primitive.STRING, UNKNOWN)
    if isinstance(value, bool):
        return Typed(Primitive.BOOL, value)
    if isinstance(value, str):
        return Typed(Primitive.STRING, value)
    if isinstance(value, Mapping):
        return object_of({key: typed(item) for key, item in value.items()})
    if isinstance(value, Iterable):
        return tuple_of(typed(item) for item in value)
    return Typed(Primitive.NUMBER, value)


def object_of(content: Mapping[str, Typed]) -> Typed:
    """Make an object of its attributes."""
    return Typed(ObjectOf({key: ObjectAttribute(item.type) for key, item in content.items()}), content)


def tuple_of(content: Iterable[Typed]) -> Typed:
    """Make a tuple of its elements."""
    items = tuple(content)
    return Typed(TupleOf(tuple(item.type for item in items)), items)
