"""Who holds which address space, what is free, which block to give next, and what is wrong with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cellwright.fleet.pools import Addressing, Network, Pool
from cellwright.ipam.allocator import best_fits, free_blocks
from cellwright.ipam.block_index import BlockIndex
from cellwright.ipam.holdings import Holding
from cellwright.ipam.releases import Release
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position

Placer = Callable[[Holding], Position]
"""Tells where a block is written. Asked only for findings: it reads files again."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """All blocks of a fleet at one moment."""

    addressing: Addressing
    held: tuple[Holding, ...]
    quarantined: tuple[Release, ...]
    """Released blocks whose quarantine is not over."""

    @classmethod
    def at(
        cls, now: datetime, addressing: Addressing, held: tuple[Holding, ...], given: tuple[Release, ...]
    ) -> "AddressBook":
        """Make the book as it is `now` (with a time zone)."""
        days = addressing.quarantine_days
        return cls(addressing, held, tuple(item for item in given if item.free_from(days) > now))

    def taken(self) -> Iterator[Network]:
        """Yield every block that nobody may be given, of whatever pool."""
        yield from (item.block for item in self.held)
        yield from (item.block for item in self.quarantined)

    def free(self, pool: Pool) -> tuple[Network, ...]:
        """Give what is free in a pool, in its order."""
        return free_blocks(pool.network, self.taken())

    def next_block(self, pool: Pool, size: int) -> Network | None:
        """Choose the block of prefix length `size` that a cell is given next; None if none is left."""
        return best_fits(pool.network, self.taken(), (size,))[0]


def overlapping(one: Network, other: Network) -> bool:
    """Tell whether two blocks have addresses in common; those of different families never do."""
    return one.version == other.version and one.overlaps(other)


def address_findings(
    book: AddressBook, place: Placer, beside: tuple[Holding, ...] = ()
) -> Iterator[Diagnostic]:
    """Tell every block that overlaps another, leaves its pool, has a wrong size, or is in quarantine.

    Of blocks `beside` the book, only that one of the book's overlaps them.
    """
    own = frozenset(map(id, book.held))
    for item, other, finding in _overlap_findings((*book.held, *beside), place):
        if id(item) in own or id(other) in own:
            yield finding
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
    held: tuple[Holding, ...], place: Placer
) -> Iterator[tuple[Holding, Holding, Diagnostic]]:
    """Find each block that lies in another one: both, and what is to be told."""
    widest: Holding | None = None
    for item in sorted(held, key=_order):
        # Blocks nest or are apart, so whatever an earlier one reaches into lies inside the widest so far.
        if widest is not None and overlapping(widest.block, item.block):
            summary = f"{item.cell} holds {item.block}, which overlaps {widest.block} of {widest.cell}"
            detail = "`cellwright ip free` lists free blocks; the newer of the two must give way"
            told = error(summary, f"{detail}; the other stands at {place(widest)}", place(item))
            yield item, widest, told
        else:
            widest = item


def _order(item: Holding) -> tuple[int, int, int, str]:
    return item.block.version, int(item.block.network_address), item.block.prefixlen, item.path


def _inside(block: Network, space: Network) -> bool:
    return overlapping(block, space) and block.prefixlen >= space.prefixlen


def _size_findings(item: Holding, pool: Pool, place: Placer) -> Iterator[Diagnostic]:
    size = pool.size_for(item.choice)
    if size is None:
        summary = f"the pool '{pool.name}' has no size for {said(pool, item.choice)} of {item.cell}"
        detail = f"its sizes: {', '.join(pool.sizes)}; add one, or `size:` for all others"
        yield error(summary, detail, place(item))
    elif size != item.block.prefixlen:
        # A warning: a tier may change at once, the addresses of what runs can't.
        summary = f"{item.cell} holds a /{item.block.prefixlen}, but {said(pool, item.choice)} gets a /{size}"
        yield warning(summary, "plan a move to another block, or let it be", place(item))


def said(pool: Pool, choice: object) -> str:
    """Name what chose a size: `tier 'gold'`."""
    return f"{pool.key} '{choice}'" if choice is not None else f"no {pool.key}"


def _quarantine_findings(
    item: Holding, quarantined: BlockIndex[Release], book: AddressBook, place: Placer
) -> Iterator[Diagnostic]:
    for release in quarantined.touching(item.block):
        if release.cell not in map(str, item.cells):
            until = release.free_from(book.addressing.quarantine_days)
            summary = f"{item.cell} holds {item.block}, in quarantine since {release.cell} gave it back"
            yield warning(summary, f"choose another block, or wait until {until:%Y-%m-%d}", place(item))
