"""The top-level fields of a protobuf message as slices: nothing is decoded that need not be."""

from collections.abc import Iterator
from dataclasses import dataclass

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


class ProtobufError(ValueError):
    """The bytes are not a protobuf message."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where one field is in the message: `start` is its tag, `body` to `end` its content."""

    number: int
    start: int
    body: int
    end: int


def fields(message: bytes, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """Yield the fields between `start` and `end`, in order.

    Raises:
        ProtobufError: cut off, or of a wire type that no Terraform message has.
    """
    end = len(message) if end is None else end
    at = start
    while at < end:
        tag, body = _varint(message, at, end)
        after = _after(message, body, end, tag & 7)
        if tag & 7 == _BYTES:
            _, body = _varint(message, body, end)
        if after > end:
            raise ProtobufError("a field that is cut off")
        yield Field(tag >> 3, at, body, after)
        at = after


def number(message: bytes, item: Field) -> int:
    """Read a field that is a number (of protobuf's types without a sign: uint32, bool, an enumeration).

    Raises:
        ProtobufError: it is no such number.
    """
    value, end = _varint(message, item.body, item.end)
    if end != item.end:
        raise ProtobufError("a number was expected")
    return value


def entry_key(message: bytes, entry: Field) -> str:
    """Read the key of one entry of a `map<string, ...>` field.

    Raises:
        ProtobufError: the entry is malformed or its key is not text.
    """
    for item in fields(message, entry.body, entry.end):
        if item.number == 1:
            try:
                return message[item.body : item.end].decode()
            except UnicodeDecodeError as fault:
                raise ProtobufError("a map key that is not text") from fault
    return ""


def _after(message: bytes, body: int, end: int, wire: int) -> int:
    if wire == _BYTES:
        size, body = _varint(message, body, end)
        return body + size
    if wire == _VARINT:
        return _varint(message, body, end)[1]
    if wire in {_FIXED64, _FIXED32}:
        return body + (8 if wire == _FIXED64 else 4)
    raise ProtobufError(f"wire type {wire}")


def _varint(message: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for step in range(_LONGEST_VARINT):
        if at >= end:
            raise ProtobufError("a number that is cut off")
        octet, at = message[at], at + 1
        value |= (octet & 0x7F) << (7 * step)
        if octet < 0x80:  # noqa: PLR2004 - the last octet has its top bit clear
            return value, at
    raise ProtobufError("a number that is too long")
