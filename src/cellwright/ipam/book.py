"""The address book of a fleet: allocated and free blocks, and findings about them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from cellwright.fleet.fleet import Conflict
from cellwright.fleet.pools import Addressing, Network, Pool
from cellwright.ipam.allocator import best_fits, free_blocks
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.holdings import HeldBlock
from cellwright.ipam.releases import Release
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position

Item = TypeVar("Item")


class BlockIndex(Generic[Item]):
    """Finds the items whose blocks overlap a given one. Several may have the same block."""

    def __init__(self, items: Iterable[Item], block_of: Callable[[Item], Network]) -> None:
        self._items: dict[tuple[int, int, int], list[Item]] = {}
        for item in items:
            self._items.setdefault(_key(block_of(item)), []).append(item)
        self._keys = sorted(self._items)
        self._prefixes = sorted({(version, prefix) for version, _, prefix in self._keys})

    def touching(self, block: Network) -> Iterator[Item]:
        """Yield the items whose blocks contain `block` or are inside it, larger blocks first."""
        version, start, prefix = _key(block)
        for family, shorter in self._prefixes:
            if family == version and shorter < prefix:
                kept = block.max_prefixlen - shorter
                yield from self._items.get((version, start >> kept << kept, shorter), ())
        end = int(block.broadcast_address)
        inside = bisect_left(self._keys, (version, start, prefix))
        while inside < len(self._keys) and self._keys[inside][:2] <= (version, end):
            # A larger block with the same start comes before `inside`, so these are inside `block`.
            yield from self._items[self._keys[inside]]
            inside += 1


def _key(block: Network) -> tuple[int, int, int]:
    return block.version, int(block.network_address), block.prefixlen


PositionFinder = Callable[[HeldBlock], Position]
"""Finds the position of a block. Called only for findings, because it reads files again."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """All blocks of a fleet at one moment."""

    addressing: Addressing
    held: tuple[HeldBlock, ...]
    quarantined: tuple[Release, ...]
    """Released blocks whose quarantine is not over."""
    claimed: tuple[BlockClaim, ...] = ()
    """What only the ledger knows of: blocks that other clones gave out or released."""

    @classmethod
    def at(
        cls, now: datetime, addressing: Addressing, held: tuple[HeldBlock, ...], given: tuple[Release, ...]
    ) -> "AddressBook":
        """Make the book as it is `now` (with a time zone)."""
        days = addressing.quarantine_days
        return cls(addressing, held, tuple(item for item in given if item.free_from(days) > now))

    def with_claims(self, claims: Iterable[BlockClaim], now: datetime) -> "AddressBook":
        """Add what the ledger knows and neither a cell's file nor the file of releases says."""
        said = {(str(cell), item.block) for item in self.held for cell in item.cells}
        said |= {(item.cell, item.block) for item in self.quarantined}
        days = self.addressing.quarantine_days
        unsaid = (item for item in claims if (item.cell, item.block) not in said)
        lasting = ((item, item.free_from(days)) for item in unsaid)
        return replace(self, claimed=tuple(item for item, end in lasting if end is None or end > now))

    def taken(self) -> Iterator[Network]:
        """Yield every block that can't be allocated, of all pools."""
        yield from (item.block for item in self.held)
        yield from (item.block for item in self.quarantined)
        yield from (item.block for item in self.claimed)

    def free(self, pool: Pool) -> tuple[Network, ...]:
        """Give the free blocks of a pool in ascending order."""
        return free_blocks(pool.network, self.taken())

    def next_block(self, pool: Pool, size: int) -> Network | None:
        """Choose the block of prefix length `size` to allocate next; None if none is left."""
        return best_fits(pool.network, self.taken(), (size,))[0]


def overlapping(one: Network, other: Network) -> bool:
    """Tell whether two blocks have addresses in common; blocks of different IP versions have none."""
    return one.version == other.version and one.overlaps(other)


def block_conflicts(
    book: AddressBook, place: PositionFinder, others: tuple[HeldBlock, ...] = ()
) -> Iterator[Conflict]:
    """Find blocks that overlap another.

    `others` are blocks of cells that were not loaded; only their overlaps with the book's are reported.
    """
    own = frozenset(map(id, book.held))
    for item, other, finding in _overlap_findings((*book.held, *others), place):
        if id(item) in own or id(other) in own:
            yield Conflict(frozenset((*item.cells, *other.cells)), finding)


def address_findings(book: AddressBook, place: PositionFinder) -> Iterator[Diagnostic]:
    """Find blocks that are outside their pool, have a wrong size, or are in quarantine."""
    pools = book.addressing.pools
    quarantined = BlockIndex(book.quarantined, lambda release: release.block)
    for item in book.held:
        pool = pools[item.pool]
        if not _inside(item.block, pool.network):
            summary = f"{item.cell} holds {item.block}, which is outside the pool '{pool.name}'"
            yield error(summary, f"choose a block inside {pool.network}", place(item))
        yield from _size_findings(item, pool, place)
        yield from _quarantine_findings(item, quarantined, book, place)


def _overlap_findings(
    held: tuple[HeldBlock, ...], place: PositionFinder
) -> Iterator[tuple[HeldBlock, HeldBlock, Diagnostic]]:
    """Find each block that is inside another one: both, and the finding."""
    widest: HeldBlock | None = None
    for item in sorted(held, key=_order):
        # Blocks are nested or disjoint, so a block that overlaps an earlier one is inside the widest so far.
        if widest is not None and overlapping(widest.block, item.block):
            summary = f"{item.cell} holds {item.block}, which overlaps {widest.block} of {widest.cell}"
            detail = (
                f"give one of them another block: cellwright ip move {item.cell} (or {widest.cell}); "
                f"the other is at {place(widest)}"
            )
            finding = error(summary, detail, place(item))
            yield item, widest, finding
        else:
            widest = item


def _order(item: HeldBlock) -> tuple[int, int, int, str]:
    return item.block.version, int(item.block.network_address), item.block.prefixlen, item.path


def _inside(block: Network, space: Network) -> bool:
    return overlapping(block, space) and block.prefixlen >= space.prefixlen


def _size_findings(item: HeldBlock, pool: Pool, place: PositionFinder) -> Iterator[Diagnostic]:
    size = pool.size_for(item.choice)
    if size is None:
        summary = f"the pool '{pool.name}' has no size for {choice_text(pool, item.choice)} of {item.cell}"
        detail = f"its sizes: {', '.join(pool.sizes)}; add one, or `size:` for all others"
        yield error(summary, detail, place(item))
    elif size != item.block.prefixlen:
        # Only a warning: a tier can change at once, the addresses of running infrastructure can't.
        choice = choice_text(pool, item.choice)
        summary = f"{item.cell} holds a /{item.block.prefixlen}, but {choice} gets a /{size}"
        yield warning(summary, "plan a move to another block, or leave it", place(item))


def choice_text(pool: Pool, choice: object) -> str:
    """Describe the setting that chose a size: `tier 'gold'`."""
    return f"{pool.key} '{choice}'" if choice is not None else f"no {pool.key}"


def _quarantine_findings(
    item: HeldBlock, quarantined: BlockIndex[Release], book: AddressBook, place: PositionFinder
) -> Iterator[Diagnostic]:
    for release in quarantined.touching(item.block):
        if release.cell not in map(str, item.cells):
            until = release.free_from(book.addressing.quarantine_days)
            summary = f"{item.cell} holds {item.block}, in quarantine since {release.cell} gave it back"
            yield warning(summary, f"choose another block, or wait until {until:%Y-%m-%d}", place(item))
