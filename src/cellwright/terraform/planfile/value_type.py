"""The types of Terraform's values (cty), as its JSON of them says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from cellwright.terraform.planfile.unreadable import UnreadablePlanError


class Kind(Enum):
    """What a type is made of."""

    STRING = "string"
    NUMBER = "number"
    BOOL = "bool"
    DYNAMIC = "dynamic"
    LIST = "list"
    SET = "set"
    TUPLE = "tuple"
    MAP = "map"
    OBJECT = "object"


_PRIMITIVE = frozenset((Kind.STRING, Kind.NUMBER, Kind.BOOL, Kind.DYNAMIC))
_COLLECTION = frozenset((Kind.LIST, Kind.SET, Kind.MAP))


@dataclass(frozen=True, slots=True)
class ValueType:
    """One type."""

    kind: Kind
    element: "ValueType | None" = None
    """Of a list, set or map."""
    items: tuple["ValueType", ...] = ()
    """Of a tuple."""
    attributes: Mapping[str, "ValueType"] = field(default_factory=lambda: MappingProxyType({}))
    """Of an object."""


DYNAMIC = ValueType(Kind.DYNAMIC)
"""A value that brings its own type."""
STRING = ValueType(Kind.STRING)


def object_type(**attributes: ValueType) -> ValueType:
    """The type of an object with these attributes."""
    return ValueType(Kind.OBJECT, attributes=attributes)


def parse_type(content: bytes) -> ValueType:
    """Read a type from Terraform's JSON of it: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.

    Raises:
        UnreadablePlanError: it is none that is known here.
    """
    try:
        return _type(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise UnreadablePlanError("a type that is not known") from fault


def _type(form: object) -> ValueType:
    if isinstance(form, str):
        kind = Kind(form)
        if kind in _PRIMITIVE:
            return ValueType(kind)
    elif isinstance(form, list) and len(form) == 2:  # noqa: PLR2004  an object with optional attributes has three
        kind, inside = Kind(form[0]), form[1]
        if kind in _COLLECTION:
            return ValueType(kind, element=_type(inside))
        if kind is Kind.TUPLE and isinstance(inside, list):
            return ValueType(kind, items=tuple(map(_type, inside)))
        if kind is Kind.OBJECT and isinstance(inside, dict):
            return ValueType(kind, attributes={name: _type(part) for name, part in inside.items()})
    raise ValueError("no type")
