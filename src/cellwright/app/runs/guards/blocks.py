"""Whether a cell may be applied with its blocks of addresses, or another cell has them by the ledger."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network
from cellwright.ipam.book import BlockIndex
from cellwright.ipam.claims import BlockClaim, Refusal, settle
from cellwright.ipam.committed_blocks import committed_claims
from cellwright.ipam.fleet_book import position_finder
from cellwright.ipam.holdings import HeldBlock, read_holdings
from cellwright.ledger.opening import Ledger
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position


def claim_of(item: HeldBlock) -> BlockClaim:
    """What the ledger is to know of a block in a cell's file."""
    return BlockClaim(block=item.block, pool=item.pool, cell=str(item.cell))


def contested_cells(
    fleet: OpenFleet, cells: Collection[CellAddress], *, claiming: bool
) -> Mapping[CellAddress, Diagnostic]:
    """Say which of these cells may not be applied, because a block in their files is another cell's.

    With `claiming`, the others' blocks are claimed: from then on no other cell can be applied with them.

    Raises:
        DiagnosticError: the ledger or git can't be read.
    """
    held = all_held(fleet.fleet)
    own = [item for item in held if any(cell in cells for cell in item.cells)]
    if not own:
        return {}
    wanted = [claim_of(item) for item in with_rivals(own, held, fleet.ledger)]
    known = fleet.ledger.blocks.claims()
    in_the_way = [item.other for item in settle(known, wanted).refused]
    outdated = outdated_claims(fleet.session, fleet.fleet, held, in_the_way)
    settled = settle(known, wanted, outdated, fleet.session.now())
    if claiming and settled.claims != known:
        settled = fleet.ledger.blocks.change(
            lambda claims: settle(claims, wanted, outdated, fleet.session.now())
        )
    refused = {item.wanted: item for item in settled.refused}
    place = position_finder(fleet.fleet)
    return {
        cell: contested(found, place(item))
        for item in own
        if (found := refused.get(claim_of(item))) is not None
        for cell in item.cells
    }


def all_held(fleet: Fleet) -> tuple[HeldBlock, ...]:
    """Give the blocks of every cell that was loaded, or that has addresses of one that was."""
    beside = replace(fleet, cells=fleet.neighbours)
    return (*read_holdings(fleet).held, *(read_holdings(beside).held if fleet.neighbours else ()))


def outdated_claims(
    session: FleetSession, fleet: Fleet, held: Collection[HeldBlock], claims: Iterable[BlockClaim]
) -> frozenset[BlockClaim]:
    """Choose the claims that this clone knows to be over: its commits once said so, and its files no more.

    A claim that no commit of this clone knows comes from another clone, and holds.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    now = {(str(item.cell), item.block) for item in held}
    shared = {(str(cell), item.block) for item in held for cell in item.cells}
    levels = {level.name for level in fleet.levels}
    doubtful = {item for item in claims if item.released is None and (item.cell, item.block) not in now}
    # The level of a cell that shares its file with others was given another name, or another one above it.
    over = {item for item in doubtful if item.cell.partition("/")[0] not in levels or _at(item) in shared}
    rest = doubtful - over
    repository = session.repository() if rest else None
    if repository is None:
        return frozenset(doubtful)
    blocks, cells = {item.block for item in rest}, {item.cell for item in rest}
    said = {
        (claim.cell, claim.block)
        for change in committed_claims(repository, fleet, blocks, cells)
        for claims_of_file in change.files.values()
        for claim in claims_of_file
    }
    return frozenset(over | {item for item in rest if _at(item) in said})


def contested(found: Refusal, place: Position | None = None) -> Diagnostic:
    """Say that a cell's block is another cell's."""
    wanted, other = found.wanted, found.other
    return error(
        f"{wanted.cell} can't have {wanted.block}: {other.cell} has {other.block}",
        "another clone may have given it out: get the newest commit (git pull); to give "
        f"{wanted.cell} another block: cellwright ip move {wanted.cell}; if {other.cell} has it no more: "
        f"cellwright ip release {other.block}",
        place,
    )


def with_rivals(
    own: Collection[HeldBlock], held: Collection[HeldBlock], ledger: Ledger
) -> Iterator[HeldBlock]:
    """Yield the blocks and those that overlap them: first those of cells that the ledger knows longest."""
    index = BlockIndex(held, lambda item: item.block)
    # By identity: a cell's settings, which are part of it, can't be hashed.
    found = {id(other): other for item in own for other in index.touching(item.block)}
    if len(found) == len(own):
        yield from own
        return
    first = {
        item.cell: [event.sequence for event in ledger.reader.events(limit=1, subject=str(item.cell))]
        for item in found.values()
    }
    yield from sorted(
        found.values(), key=lambda item: (not first[item.cell], first[item.cell], str(item.cell))
    )


def _at(claim: BlockClaim) -> tuple[str, Network]:
    return claim.cell, claim.block
