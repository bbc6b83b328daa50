"""A pool as a row of slices, which text and SVG draw each in their way."""

from collections.abc import Iterator
from enum import Enum

from cellwright.app.ip.pools import PoolView
from cellwright.fleet.pools import Network


class Share(Enum):
    """What a slice of a pool is."""

    FREE = "free"
    PARTLY = "partly used"
    USED = "used"
    WAITING = "in quarantine"
    """In part or wholly, with nothing of it used."""


def slices(view: PoolView, most: int) -> tuple[Share, ...]:
    """Cut a pool into equal slices, at most `most`, a power of two, and tell what each is."""
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
    """Yield the slices that a block lies in, each with how many of its addresses are the block's."""
    if block.version != network.version:
        return
    start = max(int(block.network_address), first)
    end = min(int(block.broadcast_address) + 1, first + network.num_addresses)
    while start < end:
        index = (start - first) // width
        after = min(first + (index + 1) * width, end)
        yield index, after - start
        start = after
