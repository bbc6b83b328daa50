"""`ip show`: the pools of a fleet, which blocks of them are used, waiting and free."""

from dataclasses import dataclass
from datetime import datetime

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network, Pool
from cellwright.ipam.book import AddressBook, overlapping
from cellwright.ipam.fleet_book import read_book
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.suggestion import advice


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
    book = read_book(fleet, session.now()).book
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
    return PoolView(
        pool=pool,
        used=tuple(
            UsedBlock(
                item.block,
                tuple(str(cell) for cell in item.cells),
                None if item.choice is None else str(item.choice),
            )
            for item in sorted(used, key=lambda item: (item.block.version, item.block))
        ),
        waiting=tuple(
            WaitingBlock(item.block, item.cell, item.released, item.free_from(days))
            for item in sorted(waiting, key=lambda item: (item.block, item.released))
        ),
        free=book.free(pool),
    )
