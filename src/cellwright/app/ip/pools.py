"""`ip show`: the pools of a fleet, which blocks of them are used, waiting and free."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network, Pool
from cellwright.ipam.book import AddressBook, overlapping
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.fleet_book import read_book
from cellwright.ipam.holdings import HeldBlock
from cellwright.ipam.releases import Release
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.suggestion import advice


@dataclass(frozen=True, slots=True)
class UsedBlock:
    """A block that a cell holds."""

    block: Network
    cells: tuple[str, ...]
    """Several where levels share one file of settings."""
    choice: str | None
    """The setting that chose its size: its tier."""


@dataclass(frozen=True, slots=True)
class WaitingBlock:
    """A released block in quarantine."""

    block: Network
    cell: str
    """Which cell held it."""
    released: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool, all its blocks in the order of their addresses. Together they are the pool."""

    pool: Pool
    used: tuple[UsedBlock, ...]
    waiting: tuple[WaitingBlock, ...]
    free: tuple[Network, ...]
    """As large as CIDR allows."""

    @property
    def free_addresses(self) -> int:
        """Count the addresses that no cell holds."""
        return sum(block.num_addresses for block in self.free)


def show_pools(session: FleetSession, pool: str | None = None) -> tuple[PoolView, ...]:
    """Show every pool of the fleet, or one.

    Raises:
        DiagnosticError: there is no such pool.
    """
    fleet = session.snapshot().fleet
    claims = session.ledger().blocks.claims() if fleet.addresses.pools else ()
    book = read_book(fleet, session.now()).book.with_claims(claims, session.now())
    return tuple(_view(book, item) for item in find_pools(fleet, pool))


def find_pools(fleet: Fleet, name: str | None) -> tuple[Pool, ...]:
    """Give the pool that is named, or all.

    Raises:
        DiagnosticError: there is no such pool.
    """
    pools = fleet.addresses.pools
    if name is None:
        return tuple(pools.values())
    if name not in pools:
        detail = advice(name, pools) or "fleet.yaml names none under `addresses: pools:`"
        raise DiagnosticError(error(f"there is no pool '{name}'", detail))
    return (pools[name],)


def _view(book: AddressBook, pool: Pool) -> PoolView:
    used = [item for item in book.held if item.pool == pool.name or overlapping(item.block, pool.network)]
    waiting = [item for item in book.quarantined if overlapping(item.block, pool.network)]
    days = book.addressing.quarantine_days
    claimed = [item for item in book.claimed if overlapping(item.block, pool.network)]
    return PoolView(
        pool=pool,
        used=tuple(sorted((*_used(used), *_used_elsewhere(claimed)), key=lambda item: _order(item.block))),
        waiting=tuple(
            sorted(
                (*_waiting(waiting, days), *_waiting(claimed, days)),
                key=lambda item: (_order(item.block), item.released),
            )
        ),
        free=book.free(pool),
    )


def _used(held: Iterable[HeldBlock]) -> Iterator[UsedBlock]:
    for item in held:
        choice = None if item.choice is None else str(item.choice)
        yield UsedBlock(item.block, tuple(str(cell) for cell in item.cells), choice)


def _used_elsewhere(claimed: Iterable[BlockClaim]) -> Iterator[UsedBlock]:
    """Blocks of cells that no file of this clone has."""
    yield from (UsedBlock(item.block, (item.cell,), None) for item in claimed if item.released is None)


def _waiting(released: Iterable[Release | BlockClaim], days: int) -> Iterator[WaitingBlock]:
    for item in released:
        until = item.free_from(days)
        if item.released is not None and until is not None:
            yield WaitingBlock(item.block, item.cell, item.released, until)


def _order(block: Network) -> tuple[int, int, int]:
    return block.version, int(block.network_address), block.prefixlen
