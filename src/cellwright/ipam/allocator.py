"""Address space as arithmetic: what is free in a block, and which part of it to take next.

Blocks are spans of whole numbers here, aligned to their size as CIDR wants it. Best fit: a block is cut out
of the smallest free one that holds it, the lowest of these. No other choice leaves room for more blocks of
any size, and the same inputs have the same answer.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from cellwright.fleet.pools import Network


def free_blocks(space: Network, taken: Iterable[Network]) -> tuple[Network, ...]:
    """Give what is free in `space`, in its order, in blocks as large as CIDR allows.

    What is taken may lie outside, overlap, or be of the other family.
    """
    return tuple(_network(space, start, bits) for start, bits in _free(space, taken))


def best_fits(space: Network, taken: Iterable[Network], sizes: Sequence[int]) -> tuple[Network | None, ...]:
    """Choose a block for each of `sizes` (prefix lengths), one after the other; None where nothing is left.

    Time: taken * log(taken) + sizes * (bits + log(taken)).
    """
    longest = space.max_prefixlen
    heaps: list[list[int]] = [[] for _ in range(longest + 1)]
    for start, bits in _free(space, taken):
        # Starts come in order, so each list is a heap already.
        heaps[bits].append(start)
    chosen: list[Network | None] = []
    for size in sizes:
        bits = longest - size
        found = _cut(heaps, bits) if 0 <= bits <= longest else None
        chosen.append(None if found is None else _network(space, found, bits))
    return tuple(chosen)


def fitting(free: Iterable[Network], size: int) -> Iterator[Network]:
    """Yield every block of prefix length `size` in `free`, in the order in which best fit would take them."""
    for block in sorted((item for item in free if item.prefixlen <= size), key=_tightness):
        yield from block.subnets(new_prefix=size)


def capacity(free: Iterable[Network], size: int) -> int:
    """Count how many blocks of prefix length `size` there are in `free`."""
    return sum(1 << (size - block.prefixlen) for block in free if block.prefixlen <= size)


def _tightness(block: Network) -> tuple[int, int]:
    return -block.prefixlen, int(block.network_address)


def _free(space: Network, taken: Iterable[Network]) -> Iterator[tuple[int, int]]:
    """Yield the free spans as start and number of address bits, in the order of their starts."""
    place, end = int(space.network_address), int(space.broadcast_address) + 1
    for start, after in sorted(_span(block) for block in taken if block.version == space.version):
        if after <= place or start >= end:
            continue
        yield from _aligned(place, start)
        place = max(place, after)
    yield from _aligned(place, end)


def _span(block: Network) -> tuple[int, int]:
    return int(block.network_address), int(block.broadcast_address) + 1


def _aligned(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a span into the fewest aligned blocks."""
    while start < end:
        longest = (end - start).bit_length() - 1
        aligned = (start & -start).bit_length() - 1 if start else longest
        bits = min(longest, aligned)
        yield start, bits
        start += 1 << bits


def _cut(heaps: list[list[int]], bits: int) -> int | None:
    """Take a block of so many address bits out of the tightest free one, and put back what is over."""
    for found in range(bits, len(heaps)):
        if heaps[found]:
            start = heappop(heaps[found])
            for left in range(bits, found):
                heappush(heaps[left], start + (1 << left))
            return start
    return None


def _network(space: Network, start: int, bits: int) -> Network:
    prefix = space.max_prefixlen - bits
    if space.version == 4:  # noqa: PLR2004  the family's own name
        return ipaddress.IPv4Network((start, prefix))
    return ipaddress.IPv6Network((start, prefix))
