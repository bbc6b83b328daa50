"""Protobuf messages of a plan file by field number; a field that is not known makes the plan unreadable."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.protobuf import Field, ProtobufError, fields, number


@dataclass(frozen=True, slots=True)
class Message:
    """One message. As in protobuf, a field that is absent reads as 0, empty or False."""

    content: bytes = field(repr=False)
    found: Mapping[int, tuple[Field, ...]] = field(repr=False)

    @classmethod
    def parse(cls, name: str, content: bytes, known: frozenset[int]) -> "Message":
        """Read the fields of a message; `name` is for the reason why it can't be read.

        Raises:
            UnreadablePlanError: it is malformed, or has a field besides those that are known.
        """
        found: dict[int, list[Field]] = {}
        try:
            for item in fields(content):
                found.setdefault(item.number, []).append(item)
        except ProtobufError as fault:
            raise UnreadablePlanError(f"a malformed {name}") from fault
        if unknown := found.keys() - known:
            raise UnreadablePlanError(f"field {min(unknown)} of a {name}")
        return cls(content, {key: tuple(items) for key, items in found.items()})

    def blobs(self, key: int) -> tuple[bytes, ...]:
        """Every occurrence of a field of bytes, text or messages."""
        return tuple(self.content[item.body : item.end] for item in self.found.get(key, ()))

    def blob(self, key: int) -> bytes | None:
        """A field that stands once; None if it is absent."""
        found = self.blobs(key)
        return found[-1] if found else None

    def text(self, key: int) -> str:
        """A field of text.

        Raises:
            UnreadablePlanError: it is not UTF-8.
        """
        try:
            return (self.blob(key) or b"").decode()
        except UnicodeDecodeError as fault:
            raise UnreadablePlanError("text that is not UTF-8") from fault

    def number(self, key: int) -> int:
        """A number or a member of an enumeration.

        Raises:
            UnreadablePlanError: it is no number.
        """
        items = self.found.get(key)
        try:
            return number(self.content, items[-1]) if items else 0
        except ProtobufError as fault:
            raise UnreadablePlanError("a number that can't be read") from fault

    def flag(self, key: int) -> bool:
        """A yes or no."""
        return self.number(key) != 0
