"""Terraform's type constraints as values (Terraform, "Type Constraints")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias

from cellwright.model.value import Json


class Default(Enum):
    """What is known of the default of an optional attribute, if it is no value."""

    NONE = "none"
    UNKNOWN = "unknown"
    """There is one, by an expression that is not evaluated here."""


NO_DEFAULT: Final = Default.NONE
UNKNOWN_DEFAULT: Final = Default.UNKNOWN


class Primitive(Enum):
    """A type of single values. Each converts to and from `string` where the text is exact."""

    STRING = "string"
    NUMBER = "number"
    BOOL = "bool"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class AnyType:
    """Any type; inside a collection, one type for all elements."""

    def __str__(self) -> str:
        return "any"


@dataclass(frozen=True, slots=True)
class ListOf:
    """Elements of one type, in order."""

    element: "TypeConstraint"

    def __str__(self) -> str:
        return f"list({self.element})"


@dataclass(frozen=True, slots=True)
class SetOf:
    """Elements of one type, each once, without order."""

    element: "TypeConstraint"

    def __str__(self) -> str:
        return f"set({self.element})"


@dataclass(frozen=True, slots=True)
class MapOf:
    """Values of one type by name."""

    element: "TypeConstraint"

    def __str__(self) -> str:
        return f"map({self.element})"


@dataclass(frozen=True, slots=True)
class ObjectAttribute:
    """One attribute of an object type; an optional one may be left out."""

    type: "TypeConstraint"
    optional: bool = False
    default: Json | Literal[Default.NONE, Default.UNKNOWN] = field(default=NO_DEFAULT, compare=False)
    """What an attribute is that is left out or null; no part of the type itself."""

    def __str__(self) -> str:
        return f"optional({self.type})" if self.optional else str(self.type)


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """Named attributes, each of its own type. Further ones in a value are dropped by Terraform."""

    attributes: Mapping[str, ObjectAttribute]

    def __hash__(self) -> int:
        return hash(frozenset(self.attributes.items()))

    def __str__(self) -> str:
        return "object({" + ", ".join(f"{name} = {item}" for name, item in self.attributes.items()) + "})"


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A fixed number of elements, each of its own type."""

    elements: tuple["TypeConstraint", ...]

    def __str__(self) -> str:
        return "tuple([" + ", ".join(str(element) for element in self.elements) + "])"


TypeConstraint: TypeAlias = Primitive | AnyType | ListOf | SetOf | MapOf | ObjectOf | TupleOf
"""A closed union."""


def without_optional(constraint: TypeConstraint) -> TypeConstraint:
    """Give the type of a value that was converted: all attributes are there."""
    match constraint:
        case ListOf(element) | SetOf(element) | MapOf(element):
            return type(constraint)(without_optional(element))
        case TupleOf(elements):
            return TupleOf(tuple(map(without_optional, elements)))
        case ObjectOf(attributes):
            return ObjectOf(
                {name: ObjectAttribute(without_optional(item.type)) for name, item in attributes.items()}
            )
        case _:
            return constraint
