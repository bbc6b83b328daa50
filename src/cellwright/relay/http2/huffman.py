"""The Huffman code of HTTP/2 headers (RFC 7541, appendix B). It is canonical, so the lengths are all."""

from functools import cache

# (symbols in a row, bits of each): 256 octets and, last, the end-of-string symbol.
_RUNS = (
    "1:13 1:23 7:28 1:24 1:30 2:28 1:30 8:28 1:30 9:28 1:6 2:10 1:12 1:13 1:6 1:8 1:11 2:10 1:8 1:11 1:8 "
    "3:6 3:5 7:6 1:7 1:8 1:15 1:6 1:12 1:10 1:13 1:6 22:7 1:8 1:7 1:8 1:13 1:19 1:13 1:14 1:6 1:15 1:5 1:6 "
    "1:5 1:6 1:5 3:6 1:5 2:7 3:6 1:5 1:6 1:7 1:6 2:5 1:6 5:7 1:15 1:11 1:14 1:13 1:28 1:20 1:22 2:20 3:22 "
    "1:23 1:22 5:23 1:24 1:23 2:24 1:22 1:23 1:24 4:23 1:21 1:22 1:23 1:22 2:23 1:24 1:22 1:21 1:20 2:22 "
    "2:23 1:21 1:23 2:22 1:24 1:21 1:22 2:23 2:21 1:22 1:21 1:23 1:22 2:23 1:20 3:22 1:23 2:22 1:23 2:26 "
    "1:20 1:19 1:22 1:23 1:22 1:25 3:26 2:27 1:26 1:24 1:25 1:19 1:21 1:26 2:27 1:26 1:27 1:24 2:21 2:26 "
    "1:28 3:27 1:20 1:24 1:20 1:21 1:22 2:21 1:23 2:22 2:25 2:24 1:26 1:23 1:26 1:27 2:26 5:27 1:28 5:27 "
    "1:26 1:30"
)
_LONGEST_PADDING = 7


class HuffmanError(ValueError):
    """The bytes are not the code of any text."""


@cache
def code_lengths() -> tuple[int, ...]:
    """The bits of each symbol, by symbol; index 256 is end-of-string."""
    lengths: list[int] = []
    for run in _RUNS.split():
        count, bits = run.split(":")
        lengths += [int(bits)] * int(count)
    return tuple(lengths)


@cache
def _symbols() -> dict[tuple[int, int], int]:
    """Symbol by (bits, code), counted up canonically: shorter codes first, then by symbol."""
    lengths = code_lengths()
    table, code, previous = {}, 0, 0
    for bits, symbol in sorted((bits, symbol) for symbol, bits in enumerate(lengths)):
        code <<= bits - previous
        table[bits, code] = symbol
        code, previous = code + 1, bits
    return table


def decode(data: bytes) -> bytes:
    """Decode a string.

    Raises:
        HuffmanError: end-of-string inside, or padding that is none.
    """
    table, out = _symbols(), bytearray()
    code = bits = 0
    for octet in data:
        for shift in range(7, -1, -1):
            code, bits = code << 1 | octet >> shift & 1, bits + 1
            symbol = table.get((bits, code))
            if symbol is None:
                continue
            if symbol > 0xFF:  # noqa: PLR2004 - end-of-string is 256
                raise HuffmanError("end-of-string inside a string")
            out.append(symbol)
            code = bits = 0
    if bits > _LONGEST_PADDING or code != (1 << bits) - 1:
        raise HuffmanError("a string that ends inside a symbol")
    return bytes(out)
