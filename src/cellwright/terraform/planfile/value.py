"""Values of a plan: from msgpack, by their type, to what `show -json` prints."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgpack

from cellwright.model.text.number import exact_number
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value_type import Kind, ValueType, parse_type

PlanValue = Any
"""JSON, and in it `Unknown` for what is known after the apply, and `ElementSet` for sets."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ORDERED = frozenset((Kind.LIST, Kind.SET, Kind.TUPLE))
_NAMED = frozenset((Kind.MAP, Kind.OBJECT))
_UNKNOWN_CODES = frozenset((0, 12))
"""msgpack extensions: an unknown value, and one of which something is known, such as its length."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known after the apply."""

    kind: Kind


class ElementSet(list[PlanValue]):
    """The elements of a set: they have no index, so that no path leads to one of them."""


class _Marker:
    """Where msgpack has an unknown value."""


_MARKER = _Marker()


def decode_value(content: bytes, type_: ValueType) -> PlanValue:
    """Read a value; empty content is null.

    Raises:
        UnreadablePlanError: it is not of the type, or holds something that is not known here.
    """
    if not content:
        return None
    try:
        raw = msgpack.unpackb(content, ext_hook=_extension, strict_map_key=True)
        return _value(raw, type_)
    except UnreadablePlanError:
        raise
    # What the library raises is a ValueError, but for values that are nested too deep.
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as fault:
        raise UnreadablePlanError("a value that can't be read") from fault


def decode_key(content: bytes) -> str | int:
    """Read the key of an element as a step of a path: a name or an index.

    Raises:
        UnreadablePlanError: it is neither, as for an element of a set.
    """
    try:
        key = msgpack.unpackb(content, ext_hook=_extension, strict_map_key=True)
    except (ValueError, TypeError, msgpack.UnpackException) as fault:
        raise UnreadablePlanError("a path that can't be read") from fault
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise UnreadablePlanError("a path into a set")
    return key


def _extension(code: int, _data: bytes) -> _Marker:
    if code not in _UNKNOWN_CODES:
        raise UnreadablePlanError(f"a value of the kind {code}")
    return _MARKER


def _value(raw: object, type_: ValueType) -> PlanValue:
    if raw is None:
        return None
    if raw is _MARKER:
        return Unknown(type_.kind)
    if type_.kind is Kind.DYNAMIC:
        return _dynamic(raw)
    if type_.kind in _ORDERED and isinstance(raw, list):
        return _elements(raw, type_)
    if type_.kind in _NAMED and isinstance(raw, dict):
        return _attributes(raw, type_)
    return _primitive(raw, type_)


def _primitive(raw: object, type_: ValueType) -> PlanValue:
    if type_.kind is Kind.NUMBER:
        return _number(raw)
    if type_.kind in {Kind.STRING, Kind.BOOL} and isinstance(raw, str if type_.kind is Kind.STRING else bool):
        return raw
    raise UnreadablePlanError(f"a value that is no {type_.kind.value}")


def _dynamic(raw: object) -> PlanValue:
    """A value of any type is a pair: the type, and the value."""
    if isinstance(raw, list) and len(raw) == 2 and isinstance(raw[0], bytes):  # noqa: PLR2004  a pair
        return _value(raw[1], parse_type(raw[0]))
    raise UnreadablePlanError("a value without its type")


def _elements(raw: list[object], type_: ValueType) -> PlanValue:
    if type_.kind is Kind.TUPLE:
        return [_value(item, part) for item, part in zip(raw, type_.items, strict=True)]
    if type_.element is None:
        raise UnreadablePlanError("a collection without a type")
    found = (_value(item, type_.element) for item in raw)
    return ElementSet(found) if type_.kind is Kind.SET else list(found)


def _attributes(raw: dict[str, object], type_: ValueType) -> PlanValue:
    if type_.kind is Kind.MAP and type_.element is not None:
        return {name: _value(item, type_.element) for name, item in raw.items()}
    if raw.keys() != type_.attributes.keys():
        raise UnreadablePlanError("an object with other attributes than its type")
    return {name: _value(item, type_.attributes[name]) for name, item in raw.items()}


def _number(raw: object) -> int | Decimal:
    """A number is written as text where neither 64 bits nor a float hold it exactly, as with 0.1."""
    if isinstance(raw, str) and _NUMBER.fullmatch(raw):
        return exact_number(raw)
    if isinstance(raw, float) and math.isfinite(raw):
        # Without an exponent `show` prints the shortest digits that mean this float, and zeros.
        return exact_number(repr(raw))
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise UnreadablePlanError("a number that can't be read")
