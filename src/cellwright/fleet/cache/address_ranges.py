"""Blocks of addresses as ranges of integers: enough to tell whether any of many overlap."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping

from cellwright.fleet.pools import Network, parse_network
from cellwright.model.value import Value

AddressRange = tuple[int, int]
"""The first and the last address. Ranges of IPv6 come after all of IPv4."""

_KEY = "addresses"
_IPV6_OFFSET = 1 << 32


def address_ranges(settings: Mapping[str, Value], pools: Collection[str]) -> tuple[AddressRange, ...]:
    """Give the blocks out of `pools` in a cell's settings; what can't be read as a block is left out."""
    given = settings.get(_KEY)
    if not pools or not isinstance(given, Mapping):
        return ()
    texts = (value for pool, value in given.items() if pool in pools and isinstance(value, str))
    return tuple(found for text in texts for found in _range(text))


def _range(text: str) -> Iterable[AddressRange]:
    try:
        block: Network = parse_network(text)
    except ValueError:
        return ()
    offset = 0 if block.version == 4 else _IPV6_OFFSET  # noqa: PLR2004  IP version 4
    return ((offset + int(block.network_address), offset + int(block.broadcast_address)),)


class AddressRanges:
    """A set of ranges to compare others with."""

    def __init__(self, ranges: Iterable[AddressRange]) -> None:
        # Two CIDR blocks are nested or disjoint. Without the nested ones, those left are disjoint.
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges, key=lambda item: (item[0], -item[1])):
            if not self._ends or start > self._ends[-1]:
                self._starts.append(start)
                self._ends.append(end)

    def __bool__(self) -> bool:
        return bool(self._starts)

    def overlap(self, other: AddressRange) -> bool:
        """Tell whether a range has an address in common with any of these."""
        index = bisect_right(self._starts, other[1])
        return index > 0 and self._ends[index - 1] >= other[0]
