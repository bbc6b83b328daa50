"""Blocks of addresses as spans of whole numbers: enough to tell whether any of many overlap."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping

from cellwright.fleet.pools import Network, parse_network
from cellwright.model.value import Value

Span = tuple[int, int]
"""The first and the last address; those of IPv6 lie behind all of IPv4."""

_KEY = "addresses"
_BEHIND = 1 << 32


def spans_of(settings: Mapping[str, Value], pools: Collection[str]) -> tuple[Span, ...]:
    """Give what a cell's settings hold out of `pools`; what can't be read as a block is left out."""
    given = settings.get(_KEY)
    if not pools or not isinstance(given, Mapping):
        return ()
    texts = (value for pool, value in given.items() if pool in pools and isinstance(value, str))
    return tuple(span for text in texts for span in _span(text))


def _span(text: str) -> Iterable[Span]:
    try:
        block: Network = parse_network(text)
    except ValueError:
        return ()
    before = 0 if block.version == 4 else _BEHIND  # noqa: PLR2004  the family's own name
    return ((before + int(block.network_address), before + int(block.broadcast_address)),)


class Spans:
    """Spans that others are held against."""

    def __init__(self, spans: Iterable[Span]) -> None:
        # Blocks nest or are apart: without those inside others, they are apart.
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if not self._ends or start > self._ends[-1]:
                self._starts.append(start)
                self._ends.append(end)

    def __bool__(self) -> bool:
        return bool(self._starts)

    def touch(self, span: Span) -> bool:
        """Tell whether a span has an address in common with any of these."""
        place = bisect_right(self._starts, span[1])
        return place > 0 and self._ends[place - 1] >= span[0]
