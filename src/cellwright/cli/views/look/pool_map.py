"""A pool as a row of equal slices, which the text view and the SVG draw."""

from collections.abc import Iterator
from enum import Enum

from cellwright.app.ip.pools import PoolView
from cellwright.fleet.pools import Network


class Share(Enum):
    """How much of a slice is used."""

    FREE = "free"
    PARTLY = "partly used"
    USED = "used"
    WAITING = "in quarantine"
    """A part of it or all; none of it is used."""


def slices(view: PoolView, most: int) -> tuple[Share, ...]:
    """Cut a pool into equal slices, at most `most` (a power of two), and return the share of each."""
    network = view.pool.network
    bits = min(network.max_prefixlen - network.prefixlen, most.bit_length() - 1)
    width = network.num_addresses >> bits
    first = int(network.network_address)
    used = [0] * (1 << bits)
    for block in (item.block for item in view.used):
        for index, share in _parts(block, network, first, width):
            used[index] += share
    shares = [_share(amount, width) for amount in used]
    for waiting in view.waiting:
        for index, _ in _parts(waiting.block, network, first, width):
            if shares[index] is Share.FREE:
                shares[index] = Share.WAITING
    return tuple(shares)


def _share(amount: int, width: int) -> Share:
    if not amount:
        return Share.FREE
    return Share.USED if amount >= width else Share.PARTLY


def _parts(block: Network, network: Network, first: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield each slice that a block overlaps, with the number of addresses in both."""
    if block.version != network.version:
        return
    start = max(int(block.network_address), first)
    end = min(int(block.broadcast_address) + 1, first + network.num_addresses)
    while start < end:
        index = (start - first) // width
        after = min(first + (index + 1) * width, end)
        yield index, after - start
        start = after
