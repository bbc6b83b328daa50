"""Makes damaged inputs of good ones, the same ones for the same seed."""

from collections.abc import Sequence
from random import Random

LONGEST = 16_384
"""Bytes of an input: enough to show what grows faster than its input, and quick enough for a million."""

_WORDS = rb"""
${ %{ $${ } { [ ] ( ) /* // # = : , ? | > --- ... .. . / ~ - -- <<E <<-E "${ %s \ \" ' " \u0000 \ud800
!! !replace &a *a <<: null true NaN Infinity -Infinity 1e400 -1e-400 1e999999999 0x1 -0 dynamic for
"""
_BYTES = (
    *(
        b"\x00",
        b"\r",
        b"\t",
        b"\n",
        b"- ",
        b"? ",
        b"=\n",
        b"\x80",
        b"\x7f",
        b"\xff\xff\xff\xff\x0f",
        b"\x0a\x00",
    ),
    *(
        b"\xff\xff\xff\xff\x0f",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"\x00\x00\x00\x00",
    ),
    *(b"9" * 400, b"9" * 5000, b"a" * 300),
)
TOKENS = (*_WORDS.split(), *_BYTES)
"""What parsers stumble over."""

_PAIRS = ("[ ]", "{ }", "( )", '{"a": }', "a\x20{\n }\n", "${ }", '"${ }"')
_PREFIXES = (b"-\x20", b"!", b"-", b"a.", b"a:\n ", b"[[", b"1 ? 2 : ", b"1 ? ", b".b", b"[0]")
_NESTED = (
    *(tuple(pair.encode().rsplit(b" ", 1)) for pair in _PAIRS),
    *((prefix, b"") for prefix in _PREFIXES),
)
"""What opens and closes a level, or only opens one."""


class Mutator:
    """Draws inputs from some good ones."""

    def __init__(self, seeds: Sequence[bytes], seed: object) -> None:
        self._seeds = [item[:LONGEST] for item in seeds]
        self._chance = Random(f"{seed}")  # noqa: S311  no secret hangs on it

    def draw(self) -> bytes:
        """Give the next input: a good one after a few changes."""
        chance = self._chance
        content = bytearray(chance.choice(self._seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            self._change(content)
        return bytes(content[:LONGEST])

    def _change(self, content: bytearray) -> None:
        chance, size = self._chance, len(content)
        at = chance.randrange(size + 1)
        length = min(size - at, chance.choice((1, 1, 2, 4, 8, 32, 128)))
        match chance.randrange(9):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length] * chance.choice((1, 1, 2, 50))
            case 3 | 4:
                content[at : at + chance.choice((0, 1, length))] = chance.choice(TOKENS)
            case 5:
                del content[at:]
            case 6:
                other = chance.choice(self._seeds)
                start = chance.randrange(len(other) + 1)
                content[at : at + length] = other[start : start + chance.choice((4, 32, 256))]
            case 7:
                opening, closing = chance.choice(_NESTED)
                depth = chance.choice((2, 10, 70, 400) if chance.random() < 0.95 else (3000,))
                content[at:at] = opening * depth + closing * chance.choice((0, depth))
            case _:
                other_place = chance.randrange(size + 1)
                moved = content[at : at + length]
                content[other_place : other_place + length] = moved
