"""Blocks of addresses: given to a new cell, released by one that is removed."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cellwright.files.atomic import save_text
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.fleet.pools import Network, Pool
from cellwright.fleet.yaml.writer import block
from cellwright.ipam.book import AddressBook, choice_text
from cellwright.ipam.fleet_book import read_book
from cellwright.ipam.holdings import KEY, read_holdings
from cellwright.ipam.releases import Release, add_releases
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.value import Json


def give_blocks(
    fleet: Fleet, cell: CellAddress, path: Path, settings: Mapping[str, Json], now: datetime
) -> bool:
    """Write a block of every pool of its level into a new cell's file `path`, beside its own `settings`.

    `fleet` has been loaded with the cell in it, so that its size follows from all its layers. Whoever calls
    this holds the fleet's lock until what was written is committed. Tells whether anything was written.

    Raises:
        DiagnosticError: a pool has no size for the cell or no room, or it is not known what is taken.
    """
    new = fleet.cells.get(cell)
    if new is None:
        return False
    own = settings.get(KEY, {})
    inherited = new.settings.get(KEY, {})
    if not isinstance(own, Mapping) or not isinstance(inherited, Mapping):
        # Not a mapping from pools to blocks: a finding of the fleet, with its place.
        return False
    missing = [pool for pool in fleet.addresses.pools_for(cell.level) if pool.name not in inherited]
    if not missing:
        return False
    read = read_book(fleet, now)
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    chosen = {pool.name: str(_choose(read.book, pool, new)) for pool in missing}
    save_text(path, block({**settings, KEY: {**own, **chosen}}))
    return True


def release_blocks(fleet: Fleet, cell: CellAddress, now: datetime) -> tuple[Path, ...]:
    """Note that a cell releases its blocks; give the files that were changed, to be committed with it.

    Raises:
        DiagnosticError: the file of releases can't be read or written.
    """
    released = now.replace(microsecond=0)
    releases = [
        Release(block=item.block, pool=item.pool, cell=str(cell), released=released)
        for item in read_holdings(fleet).held
        if cell in item.cells
    ]
    return (add_releases(fleet.root, releases),) if releases else ()


def _choose(book: AddressBook, pool: Pool, cell: Cell) -> Network:
    choice = cell.settings.get(pool.key)
    size = pool.size_for(choice)
    if size is None:
        detail = f"its sizes: {', '.join(pool.sizes)}; set '{pool.key}', or give the pool a `size`"
        raise DiagnosticError(
            error(f"the pool '{pool.name}' has no size for {choice_text(pool, choice)}", detail)
        )
    found = book.next_block(pool, size)
    if found is None:
        raise DiagnosticError(_exhausted(book, pool, size))
    return found


def _exhausted(book: AddressBook, pool: Pool, size: int) -> Diagnostic:
    days = book.addressing.quarantine_days
    waiting = [item.free_from(days) for item in book.quarantined if item.pool == pool.name]
    detail = "add a pool; `cellwright ip show` draws what there is"
    if waiting:
        soonest = f"{len(waiting)} released, the first to be free from {min(waiting):%Y-%m-%d}"
        detail = f"wait for the blocks in quarantine ({soonest}), or add a pool"
    return error(f"the pool '{pool.name}' ({pool.network}) has no /{size} left", detail, pool.position)
