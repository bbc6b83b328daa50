"""Types of variables: the constraint, its syntax, and whether a value fits."""

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
from cellwright.stacks.types.conversion import Mismatch, ignored_attributes, mismatches, path_text

__all__ = [
    "AnyType",
    "ListOf",
    "MapOf",
    "Mismatch",
    "ObjectAttribute",
    "ObjectOf",
    "Primitive",
    "SetOf",
    "TupleOf",
    "TypeConstraint",
    "ignored_attributes",
    "mismatches",
    "path_text",
]
