"""Finds free address space in a block, and chooses the next block to allocate.

Blocks are ranges of integers here, aligned to their size as CIDR requires. The allocator is best fit: a block
is cut from the smallest free one that is large enough, the lowest of these. No other choice leaves room for
more blocks of any size, and equal inputs give equal results.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from cellwright.fleet.pools import Network


def free_blocks(space: Network, taken: Iterable[Network]) -> tuple[Network, ...]:
    """Give the free part of `space`, in ascending order, in blocks as large as CIDR allows.

    Blocks in `taken` may lie outside, overlap, or be of the other IP version.
    """
    return tuple(_network(space, start, bits) for start, bits in _free(space, taken))


def best_fits(space: Network, taken: Iterable[Network], sizes: Sequence[int]) -> tuple[Network | None, ...]:
    """Choose a block for each of `sizes` (prefix lengths), one after the other; None where no space is left.

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
    for block in sorted((item for item in free if item.prefixlen <= size), key=_fit_order):
        yield from block.subnets(new_prefix=size)


def capacity(free: Iterable[Network], size: int) -> int:
    """Count how many blocks of prefix length `size` there are in `free`."""
    return sum(1 << (size - block.prefixlen) for block in free if block.prefixlen <= size)


def _fit_order(block: Network) -> tuple[int, int]:
    return -block.prefixlen, int(block.network_address)


def _free(space: Network, taken: Iterable[Network]) -> Iterator[tuple[int, int]]:
    """Yield the free blocks in ascending order, each as its start and its number of address bits."""
    free_from, end = int(space.network_address), int(space.broadcast_address) + 1
    for start, after in sorted(_range(block) for block in taken if block.version == space.version):
        if after <= free_from or start >= end:
            continue
        yield from _aligned(free_from, start)
        free_from = max(free_from, after)
    yield from _aligned(free_from, end)


def _range(block: Network) -> tuple[int, int]:
    return int(block.network_address), int(block.broadcast_address) + 1


def _aligned(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a range into the fewest aligned blocks."""
    while start < end:
        longest = (end - start).bit_length() - 1
        aligned = (start & -start).bit_length() - 1 if start else longest
        bits = min(longest, aligned)
        yield start, bits
        start += 1 << bits


def _cut(heaps: list[list[int]], bits: int) -> int | None:
    """Cut a block of so many address bits from the smallest free one that is large enough."""
    for found in range(bits, len(heaps)):
        if heaps[found]:
            start = heappop(heaps[found])
            for left in range(bits, found):
                heappush(heaps[left], start + (1 << left))
            return start
    return None


def _network(space: Network, start: int, bits: int) -> Network:
    prefix = space.max_prefixlen - bits
    if space.version == 4:  # noqa: PLR2004  IP version 4
        return ipaddress.IPv4Network((start, prefix))
    return ipaddress.IPv6Network((start, prefix))
