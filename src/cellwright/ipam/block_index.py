"""Which of many blocks have addresses in common with a given one, without looking at each."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from cellwright.fleet.pools import Network

Item = TypeVar("Item")


class BlockIndex(Generic[Item]):
    """Items by their blocks; several may have the same block. Never changed once built."""

    def __init__(self, items: Iterable[Item], block_of: Callable[[Item], Network]) -> None:
        self._items: dict[tuple[int, int, int], list[Item]] = {}
        for item in items:
            self._items.setdefault(_key(block_of(item)), []).append(item)
        self._keys = sorted(self._items)
        self._prefixes = sorted({(version, prefix) for version, _, prefix in self._keys})

    def touching(self, block: Network) -> Iterator[Item]:
        """Yield the items whose blocks hold `block` or lie in it, larger blocks first."""
        version, start, prefix = _key(block)
        for family, shorter in self._prefixes:
            if family == version and shorter < prefix:
                kept = block.max_prefixlen - shorter
                yield from self._items.get((version, start >> kept << kept, shorter), ())
        end = int(block.broadcast_address)
        inside = bisect_left(self._keys, (version, start, prefix))
        while inside < len(self._keys) and self._keys[inside][:2] <= (version, end):
            # A larger block with the same start comes before `inside`, so what is met here lies in `block`.
            yield from self._items[self._keys[inside]]
            inside += 1


def _key(block: Network) -> tuple[int, int, int]:
    return block.version, int(block.network_address), block.prefixlen
