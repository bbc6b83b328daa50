"""Header blocks (RFC 7541) without memory.

The relay tells either side that it has room for no dynamic table at all. Every block then stands by itself:
one that came from Terraform can be handed to a provider byte for byte, whatever the relay answered itself
before it.
"""

from collections.abc import Iterable, Iterator

from cellwright.relay.http2 import huffman

Header = tuple[bytes, bytes]

_STATIC_NAMES = (
    b":authority :method :method :path :path :scheme :scheme :status :status :status :status :status :status "
    b":status accept-charset accept-encoding accept-language accept-ranges accept "
    b"access-control-allow-origin age allow authorization cache-control content-disposition content-encoding "
    b"content-language content-length content-location content-range content-type cookie date etag expect "
    b"expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified "
    b"link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after "
    b"server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate"
).split()
_STATIC_VALUES = {
    2: b"GET",
    3: b"POST",
    4: b"/",
    5: b"/index.html",
    6: b"http",
    7: b"https",
    8: b"200",
    9: b"204",
    10: b"206",
    11: b"304",
    12: b"400",
    13: b"404",
    14: b"500",
    16: b"gzip, deflate",
}
_LONGEST_INTEGER = 5
"""Octets after the prefix: enough for 2**35."""


class HeaderError(ValueError):
    """A header block that cannot be read, or that leans on a dynamic table."""


def decode(block: bytes) -> Iterator[Header]:
    """Yield the fields of a block in order.

    Raises:
        HeaderError: the block is cut off, malformed, or refers to a dynamic table entry.
    """
    at = 0
    try:
        while at < len(block):
            first = block[at]
            if first & 0x80:
                index, at = _integer(block, at, 7)
                yield _static(index)
            elif first & 0xE0 == 0x20:  # noqa: PLR2004 - a dynamic table size update: the table stays empty
                _, at = _integer(block, at, 5)
            else:
                index, at = _integer(block, at, 6 if first & 0x40 else 4)
                name, at = _string(block, at) if not index else (_static(index)[0], at)
                value, at = _string(block, at)
                yield name, value
    except (IndexError, huffman.HuffmanError) as fault:
        raise HeaderError(f"a header block that cannot be read: {fault}") from fault


def encode(fields: Iterable[Header]) -> bytes:
    """Write fields as literals, never indexed, never compressed."""
    return b"".join(b"\x00" + _write(name) + _write(value) for name, value in fields)


def _static(index: int) -> Header:
    if not 1 <= index <= len(_STATIC_NAMES):
        raise HeaderError(f"header index {index} is in no static table")
    return _STATIC_NAMES[index - 1], _STATIC_VALUES.get(index, b"")


def _integer(block: bytes, at: int, prefix: int) -> tuple[int, int]:
    limit = (1 << prefix) - 1
    value, at = block[at] & limit, at + 1
    if value < limit:
        return value, at
    for step in range(_LONGEST_INTEGER):
        octet, at = block[at], at + 1
        value += (octet & 0x7F) << (7 * step)
        if octet < 0x80:  # noqa: PLR2004 - the last octet has its top bit clear
            return value, at
    raise HeaderError("a header integer that is too long")


def _string(block: bytes, at: int) -> tuple[bytes, int]:
    packed = block[at] & 0x80
    size, at = _integer(block, at, 7)
    if at + size > len(block):
        raise HeaderError("a header string that is cut off")
    text = block[at : at + size]
    return (huffman.decode(text) if packed else text), at + size


def _write(text: bytes) -> bytes:
    size = len(text)
    if size < 0x7F:  # noqa: PLR2004 - RFC 7541, 5.1: fits the seven-bit prefix
        return bytes((size,)) + text
    rest, octets = size - 0x7F, bytearray((0x7F,))
    while rest >= 0x80:  # noqa: PLR2004 - seven bits an octet
        octets.append(rest & 0x7F | 0x80)
        rest >>= 7
    octets.append(rest)
    return bytes(octets) + text
