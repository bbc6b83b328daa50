"""`ip free`: the free blocks of one size."""

from dataclasses import dataclass
from itertools import islice

from cellwright.app.ip.pools import find_pools
from cellwright.app.session.session import FleetSession
from cellwright.fleet.pools import Network, Pool
from cellwright.ipam.allocator import capacity, fitting
from cellwright.ipam.book import AddressBook
from cellwright.ipam.fleet_book import read_book
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRequest:
    """Blocks of which size, and where."""

    size: int
    """A prefix length."""
    pool: str | None = None
    """None looks in every pool."""
    limit: int = 20
    """At most so many of each pool."""


@dataclass(frozen=True, slots=True)
class FreeBlocks:
    """The free blocks of one size in a pool."""

    pool: Pool
    size: int
    count: int
    """How many there are; `blocks` may be fewer."""
    blocks: tuple[Network, ...]
    """The one that would be given next first."""


def free_blocks(session: FleetSession, request: FreeRequest) -> tuple[FreeBlocks, ...]:
    """List free blocks of one size.

    Raises:
        DiagnosticError: there is no such pool, or it can't have blocks of this size.
    """
    fleet, size = session.snapshot().fleet, request.size
    claims = session.ledger().blocks.claims() if fleet.addresses.pools else ()
    book = read_book(fleet, session.now()).book.with_claims(claims, session.now())
    chosen = find_pools(fleet, request.pool)
    fits = [item for item in chosen if item.network.prefixlen <= size <= item.network.max_prefixlen]
    if not fits:
        named = ", ".join(f"{item.name} ({item.network})" for item in chosen) or "none"
        raise DiagnosticError(error(f"no pool can have blocks of size /{size}", f"pools: {named}"))
    return tuple(_free(book, item, size, request.limit) for item in fits)


def _free(book: AddressBook, pool: Pool, size: int, limit: int) -> FreeBlocks:
    found = book.free(pool)
    return FreeBlocks(pool, size, capacity(found, size), tuple(islice(fitting(found, size), limit)))
