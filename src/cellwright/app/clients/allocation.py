"""Blocks of addresses: given to a new cell, released by one that is removed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cellwright.app.runs.guards.blocks import all_held, claim_of, contested, outdated_claims, with_rivals
from cellwright.app.session.session import OpenFleet
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.fleet.pools import Network, Pool, parse_network
from cellwright.ipam.book import AddressBook, choice_text, overlapping
from cellwright.ipam.claims import BlockClaim, Settled, settle
from cellwright.ipam.fleet_book import read_book
from cellwright.ipam.holdings import KEY, HeldBlock, read_holdings
from cellwright.ipam.releases import Release, add_releases
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True)
class Given:
    """A cell's settings with its blocks, and what was claimed for it in the ledger."""

    settings: Mapping[str, Json]
    claims: frozenset[BlockClaim] = frozenset()


def give_blocks(fleet: OpenFleet, new: Cell, settings: Mapping[str, Json]) -> Given:
    """Choose and claim a block of every pool of its level for a new cell, beside those that it names itself.

    `new` has the cell's merged settings, from which the sizes follow; `settings` are its own. Whoever calls
    this holds the fleet's lock until what was given is committed. Blocks that the ledger knows to be other
    cells', of whom this clone need not know, are not given.

    Raises:
        DiagnosticError: a pool has no size for the cell or no room, it is not known what is taken, or the
            cell names a block that another one has.
    """
    own, named = settings.get(KEY, {}), new.settings.get(KEY, {})
    if not fleet.fleet.addresses.pools or not isinstance(own, Mapping) or not isinstance(named, Mapping):
        # Where it is not a mapping from pools to blocks: a finding of the fleet, with its place.
        return Given(settings)
    pools = [pool for pool in fleet.fleet.addresses.pools_for(new.address.level) if pool.name not in named]
    holder = _holder(fleet.fleet, new.address)
    wanted = [BlockClaim(block=block, pool=pool, cell=holder) for pool, block in _blocks(named)]
    held = tuple(item for item in all_held(fleet.fleet) if new.address not in item.cells)
    known = fleet.ledger.blocks.claims()
    of_others = [item for item in known if item.cell != holder]
    outdated = outdated_claims(fleet.session, fleet.fleet, held, of_others)
    by_files = [claim_of(item) for item in with_rivals(held, held, fleet.ledger)]
    now = fleet.session.now()
    chosen: dict[str, Network] = {}

    def decide(claims: Sequence[BlockClaim]) -> Settled:
        current = settle(_lasting(claims, fleet.fleet, now), by_files, outdated, now).claims
        named_too = settle(current, wanted)
        if named_too.refused:
            raise DiagnosticError(*(contested(item) for item in named_too.refused))
        chosen.update(choose_blocks(fleet.fleet, new, pools, named_too.claims, now))
        mine = [BlockClaim(block=block, pool=pool, cell=holder) for pool, block in chosen.items()]
        return settle(named_too.claims, mine)

    after = fleet.ledger.blocks.change(decide).claims
    claimed = frozenset(item for item in after if item.cell == holder and item not in known)
    if not chosen:
        return Given(settings, claimed)
    return Given({**settings, KEY: {**own, **{pool: str(block) for pool, block in chosen.items()}}}, claimed)


def would_give(fleet: OpenFleet, new: Cell) -> Mapping[str, Network]:
    """Choose blocks by pool as `give_blocks` would now; none is claimed, so others may be given them first.

    Raises:
        DiagnosticError: as `give_blocks`.
    """
    named = new.settings.get(KEY, {})
    if not isinstance(named, Mapping):
        return {}
    pools = [pool for pool in fleet.fleet.addresses.pools_for(new.address.level) if pool.name not in named]
    claims = list(_lasting(fleet.ledger.blocks.claims(), fleet.fleet, fleet.session.now()))
    return choose_blocks(fleet.fleet, new, pools, claims, fleet.session.now())


def choose_blocks(
    fleet: Fleet, new: Cell, pools: Iterable[Pool], claims: Collection[BlockClaim], now: datetime
) -> dict[str, Network]:
    """Choose a block of each pool that neither a file nor a claim of another cell has, nor a quarantine.

    Raises:
        DiagnosticError: a pool has no size for the cell or no room, or it is not known what is taken.
    """
    read = read_book(fleet, now)
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    holder = _holder(fleet, new.address)
    others = tuple(item for item in claims if item.cell != holder or item.released is not None)
    held = tuple(item for item in read.book.held if new.address not in item.cells)
    book = replace(read.book, held=held, claimed=others)
    own = [item for item in claims if item.cell == holder and item.released is None]
    return {pool.name: _choose(book, pool, new, own) for pool in pools}


def release_blocks(fleet: Fleet, cell: CellAddress, now: datetime) -> tuple[Path, ...]:
    """Note that a cell releases its blocks; give the files that were changed, to be committed with it.

    A block that another cell has too is not free, so it is not noted.

    Raises:
        DiagnosticError: the file of releases can't be read or written.
    """
    held = read_holdings(fleet).held
    return add_released(
        fleet, cell, [item for item in held if cell in item.cells and not shared(item, held)], now
    )


def add_released(
    fleet: Fleet, cell: CellAddress, given_back: Sequence[HeldBlock], now: datetime
) -> tuple[Path, ...]:
    """Note blocks as released by a cell; give the files that were changed.

    Raises:
        DiagnosticError: the file of releases can't be read or written.
    """
    released = now.replace(microsecond=0)
    releases = [
        Release(block=item.block, pool=item.pool, cell=str(cell), released=released) for item in given_back
    ]
    return (add_releases(fleet.root, releases),) if releases else ()


def shared(item: HeldBlock, held: Iterable[HeldBlock]) -> bool:
    """Tell whether another cell's file has addresses of this block."""
    return any(other.path != item.path and overlapping(other.block, item.block) for other in held)


def _holder(fleet: Fleet, cell: CellAddress) -> str:
    """Name the cell as its holding does: by the last of the levels that share its file."""
    folders = {level.cells for level in fleet.levels if level.name == cell.level}
    return str(CellAddress([level.name for level in fleet.levels if level.cells in folders][-1], cell.cell))


def _blocks(named: Mapping[str, object]) -> Iterator[tuple[str, Network]]:
    """The blocks that settings name; what is none is a finding of the fleet."""
    for pool, value in named.items():
        try:
            yield pool, parse_network(value if isinstance(value, str) else "")
        except ValueError:
            continue


def _lasting(claims: Iterable[BlockClaim], fleet: Fleet, now: datetime) -> Iterator[BlockClaim]:
    """The claims without those whose quarantine is over."""
    days = fleet.addresses.quarantine_days
    for item in claims:
        free_from = item.free_from(days)
        if free_from is None or free_from > now:
            yield item


def _choose(book: AddressBook, pool: Pool, cell: Cell, own: Iterable[BlockClaim]) -> Network:
    choice = cell.settings.get(pool.key)
    size = pool.size_for(choice)
    if size is None:
        detail = f"its sizes: {', '.join(pool.sizes)}; set '{pool.key}', or give the pool a `size`"
        raise DiagnosticError(
            error(f"the pool '{pool.name}' has no size for {choice_text(pool, choice)}", detail)
        )
    for claim in own:  # of an onboarding that was killed before it wrote the cell's file
        if claim.pool == pool.name and claim.block.prefixlen == size and _is_free(book, claim.block):
            return claim.block
    found = book.next_block(pool, size)
    if found is None:
        raise DiagnosticError(_exhausted(book, pool, size))
    return found


def _is_free(book: AddressBook, block: Network) -> bool:
    return not any(overlapping(block, taken) for taken in book.taken())


def _exhausted(book: AddressBook, pool: Pool, size: int) -> Diagnostic:
    days = book.addressing.quarantine_days
    waiting = {item.block: item.free_from(days) for item in book.quarantined if item.pool == pool.name}
    waiting |= {
        item.block: free_from
        for item in book.claimed
        if item.pool == pool.name and (free_from := item.free_from(days)) is not None
    }
    detail = "add a pool; `cellwright ip show` draws what there is"
    if waiting:
        soonest = f"{len(waiting)} released, the first to be free from {min(waiting.values()):%Y-%m-%d}"
        detail = f"wait for the blocks in quarantine ({soonest}), or add a pool"
    return error(f"the pool '{pool.name}' ({pool.network}) has no /{size} left", detail, pool.position)
