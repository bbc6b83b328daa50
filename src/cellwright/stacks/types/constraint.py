"""Terraform's type constraints as values (Terraform, "Type Constraints")."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


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

    def __str__(self) -> str:
        return f"optional({self.type})" if self.optional else str(self.type)


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """Named attributes, each of its own type. Further ones in a value are dropped by Terraform."""

    attributes: Mapping[str, ObjectAttribute]

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
