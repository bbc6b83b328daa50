"""Protobuf written and read by hand: the few messages that a provider needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(tag: int, value: int) -> bytes:
    return varint(tag << 3) + varint(value) if value else b""


def blob(tag: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return varint(tag << 3 | 2) + varint(len(raw)) + raw


def mapping(tag: int, entries: dict[str, bytes]) -> bytes:
    return b"".join(blob(tag, blob(1, key) + blob(2, value)) for key, value in entries.items())


@dataclass(frozen=True)
class Message:
    """A message's fields by number, in order of appearance."""

    values: dict[int, list[int | bytes]] = field(default_factory=dict)

    def blob(self, tag: int) -> bytes:
        found = self.values.get(tag, [b""])[-1]
        assert isinstance(found, bytes)
        return found

    def text(self, tag: int) -> str:
        return self.blob(tag).decode()

    def number(self, tag: int) -> int:
        found = self.values.get(tag, [0])[-1]
        assert isinstance(found, int)
        return found

    def blobs(self, tag: int) -> Iterator[bytes]:
        for found in self.values.get(tag, []):
            assert isinstance(found, bytes)
            yield found


def parse(raw: bytes) -> Message:
    message, at = Message(), 0
    while at < len(raw):
        key, at = _varint(raw, at)
        if key & 7 == 0:
            value, at = _varint(raw, at)
            message.values.setdefault(key >> 3, []).append(value)
        else:
            assert key & 7 == 2
            size, at = _varint(raw, at)
            message.values.setdefault(key >> 3, []).append(raw[at : at + size])
            at += size
    return message


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        octet, at = raw[at], at + 1
        value |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            return value, at
