"""Looking at address space: who holds what, what is free, and whether all of it is right."""

from itertools import islice

from cellwright.app.ip.address_results import FreeBlocks, PoolView, UsedBlock, WaitingBlock
from cellwright.app.session.location import Location
from cellwright.app.session.opening import opened_ledger, read_fleet
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Pool
from cellwright.ipam.allocator import capacity, fitting
from cellwright.ipam.book import AddressBook, address_findings, overlapping
from cellwright.ipam.fleet_book import position_finder, read_book
from cellwright.ipam.recorded_addresses import recorded_findings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.suggestion import advice


def show(location: Location, pool: str | None = None) -> tuple[PoolView, ...]:
    """Show every pool of the fleet, or one.

    Raises:
        DiagnosticError: there is no fleet here, or no such pool.
    """
    _, fleet, _ = read_fleet(location)
    book = read_book(fleet).book
    return tuple(_view(book, item) for item in _pools(fleet, pool))


def free(location: Location, size: int, pool: str | None = None, limit: int = 20) -> tuple[FreeBlocks, ...]:
    """List free blocks of prefix length `size`, at most `limit` of each pool.

    Raises:
        DiagnosticError: there is no such pool, or it can't have blocks of this size.
    """
    _, fleet, _ = read_fleet(location)
    book = read_book(fleet).book
    chosen = _pools(fleet, pool)
    fits = [item for item in chosen if item.network.prefixlen <= size <= item.network.max_prefixlen]
    if not fits:
        named = ", ".join(f"{item.name} ({item.network})" for item in chosen) or "none"
        raise DiagnosticError(error(f"no pool can have blocks of size /{size}", f"pools: {named}"))
    return tuple(_free(book, item, size, limit) for item in fits)


def check(location: Location) -> tuple[Diagnostic, ...]:
    """Prove that no blocks overlap, all lie in their pools with the right sizes, and the ledger agrees.

    Any error of the fleet is told too, for nothing is proven about what can't be read.

    Raises:
        DiagnosticError: there is no fleet here, or the ledger can't be read.
    """
    _, fleet, _ = read_fleet(location)
    read = read_book(fleet)
    place = position_finder(fleet)
    ours = {*read.findings, *address_findings(read.book, place)}
    found = [item for item in fleet.diagnostics if item in ours or item.severity is Severity.ERROR]
    with opened_ledger(location) as (_, ledger):
        applied = ledger.reader.applied(None)
    return (*found, *recorded_findings(read.book, fleet.units.values(), applied, place))


def _pools(fleet: Fleet, name: str | None) -> tuple[Pool, ...]:
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


def _free(book: AddressBook, pool: Pool, size: int, limit: int) -> FreeBlocks:
    found = book.free(pool)
    return FreeBlocks(pool, size, capacity(found, size), tuple(islice(fitting(found, size), limit)))
