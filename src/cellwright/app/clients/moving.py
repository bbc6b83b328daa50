"""A cell is given another block of addresses; a claim on a block that no file has is ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cellwright.app.clients.allocation import add_released, choose_blocks, shared
from cellwright.app.clients.client import Message, commit
from cellwright.app.clients.unfinished import refuse_dirty
from cellwright.app.runs.guards.blocks import all_held, claim_of, outdated_claims, with_rivals
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.files.atomic import save_text
from cellwright.fleet.edit import set_key
from cellwright.fleet.fleet import Cell
from cellwright.fleet.pools import Network, parse_network
from cellwright.ipam.book import overlapping
from cellwright.ipam.claims import BlockClaim, Settled, settle
from cellwright.ipam.holdings import KEY, HeldBlock, holding_position
from cellwright.ipam.releases import RELEASES_FILE
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.suggestion import advice


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Which cell is to have another block, and why."""

    cell: str
    """As it is written: `client/acme`."""
    pool: str | None = None
    """None: of each pool in which another cell has addresses of its block."""
    reason: str = ""
    hooks: bool = False
    """Run the repository's hooks when its file is committed."""


@dataclass(frozen=True, slots=True)
class MovedBlock:
    """What a cell had, and what it has now."""

    cell: str
    pool: str
    before: Network
    after: Network


@dataclass(frozen=True, slots=True)
class _Move:
    """A cell, the blocks that it leaves, and those of all cells that were loaded."""

    fleet: OpenFleet
    cell: Cell
    leaving: tuple[HeldBlock, ...]
    held: tuple[HeldBlock, ...]
    outdated: frozenset[BlockClaim]


def move_blocks(session: FleetSession, actor: Actor, request: MoveRequest) -> tuple[MovedBlock, ...]:
    """Give a cell another block in its file, commit that, and record it. Nothing is applied.

    What it had goes into quarantine, unless another cell has it too.

    Raises:
        DiagnosticError: there is no such cell or pool, nothing of it is another cell's, its block is not
            written in its own files, the pool has no room, or the work tree is dirty.
    """
    with session.changing():
        session.forget_cells()  # addresses are given by what the files say under the lock
        move = _planned(session.open(writing=True), request)
        refuse_dirty(session.repository())
        chosen = _claim(move)
        files: dict[Path, str | None] = {}
        try:
            for item in move.leaving:
                path = session.root / holding_position(session.root, item.path, item.pool).file
                files.setdefault(path, _text(path))
                set_key(path, f"{KEY}.{item.pool}", str(chosen[item.pool].block))
            left = [item for item in move.leaving if not shared(item, move.held)]
            files.setdefault(session.root / RELEASES_FILE, _text(session.root / RELEASES_FILE))
            add_released(move.fleet.fleet, move.cell.address, left, session.now())
            session.forget_cells()
            subject = f"Give {move.cell.address} another block of addresses"
            written = [path for path in files if path.exists()]
            commit(session, actor, written, Message(subject, request.reason), hooks=request.hooks)
        except BaseException:
            for path, before in files.items():
                _put_back(path, before)
            move.fleet.ledger.blocks.withdraw(chosen.values())
            raise
        _leave(move)
        moved = tuple(
            MovedBlock(str(move.cell.address), item.pool, item.block, chosen[item.pool].block)
            for item in move.leaving
        )
        detail = {item.pool: [str(item.before), str(item.after)] for item in moved}
        recorder = move.fleet.ledger.recorder
        recorder.append_event(actor, "blocks.moved", str(move.cell.address), request.reason, detail)
        return moved


def release_claims(session: FleetSession, actor: Actor, cidr: str, reason: str) -> tuple[BlockClaim, ...]:
    """End the claims on a block, or a part of it, that the ledger has and no file of this clone.

    Raises:
        DiagnosticError: the text is no block, there is no such claim, or a cell's file has the block.
    """
    try:
        block = parse_network(cidr)
    except ValueError as fault:
        raise DiagnosticError(error(f"'{cidr}' is no block of addresses", str(fault))) from None
    fleet = session.open(writing=True)
    held = {claim_of(item) for item in all_held(fleet.fleet)}
    found = [
        item
        for item in fleet.ledger.blocks.claims()
        if item.released is None and overlapping(item.block, block)
    ]
    if kept := [item for item in found if item in held]:
        raise DiagnosticError(
            error(
                f"{kept[0].cell} has {kept[0].block} by its file, so it is not released",
                f"give it another block: cellwright ip move {kept[0].cell} --pool {kept[0].pool}; "
                "or let it go: cellwright offboard",
            )
        )
    if not found:
        raise DiagnosticError(error(f"nobody has claimed {block}", "`cellwright ip show` lists who has what"))
    fleet.ledger.blocks.change(lambda claims: settle(claims, (), found, session.now()))
    for item in found:
        detail = {"pool": item.pool, "block": str(item.block)}
        fleet.ledger.recorder.append_event(actor, "blocks.released", item.cell, reason, detail)
    return tuple(found)


def _planned(fleet: OpenFleet, request: MoveRequest) -> _Move:
    """Find what the cell is to leave.

    Raises:
        DiagnosticError: there is no such cell or pool, or nothing of the cell's is another's.
    """
    named = {str(address): cell for address, cell in fleet.fleet.cells.items()}
    if request.cell not in named:
        detail = advice(request.cell, named) or "write it as level/name, as `cellwright status` does"
        raise DiagnosticError(error(f"there is no cell '{request.cell}'", detail))
    cell = named[request.cell]
    held = all_held(fleet.fleet)
    own = {item.pool: item for item in held if cell.address in item.cells}
    claims = fleet.ledger.blocks.claims()
    outdated = outdated_claims(fleet.session, fleet.fleet, held, claims)
    if request.pool is not None and request.pool not in own:
        detail = advice(request.pool, own) or f"its pools: {', '.join(own) or 'none'}"
        raise DiagnosticError(error(f"{request.cell} has no block of a pool '{request.pool}'", detail))
    leaving = tuple(
        item
        for item in own.values()
        if (
            item.pool == request.pool
            if request.pool
            else shared(item, held) or settle(claims, [claim_of(item)], outdated).refused
        )
    )
    if not leaving:
        detail = "name a pool to give it another block of that pool all the same: --pool POOL"
        raise DiagnosticError(error(f"no other cell has a block of {request.cell}", detail))
    return _Move(fleet, cell, leaving, held, outdated)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _put_back(path: Path, before: str | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    elif _text(path) != before:
        save_text(path, before)


def _claim(move: _Move) -> dict[str, BlockClaim]:
    """Choose the cell's new blocks, by pool, and claim them; what it leaves stays claimed."""
    fleet, now = move.fleet, move.fleet.session.now()
    pools = [fleet.fleet.addresses.pools[item.pool] for item in move.leaving]
    by_files = [claim_of(item) for item in with_rivals(move.held, move.held, fleet.ledger)]
    # Taken for the cell too: it is not to be given again what it leaves.
    left = [replace(claim_of(item), released=now) for item in move.leaving]
    chosen: dict[str, BlockClaim] = {}

    def decide(known: Sequence[BlockClaim]) -> Settled:
        current = settle(known, by_files, move.outdated, now).claims
        found = choose_blocks(fleet.fleet, move.cell, pools, (*current, *left), now)
        for item in move.leaving:
            chosen[item.pool] = replace(claim_of(item), block=found[item.pool])
        return settle(current, list(chosen.values()))

    fleet.ledger.blocks.change(decide)
    return chosen


def _leave(move: _Move) -> None:
    """End the claims on what the cell has left; another cell that has it by its file is given them."""
    left = [claim_of(item) for item in move.leaving]
    others = [claim_of(item) for item in with_rivals(move.held, move.held, move.fleet.ledger)]
    rest = [item for item in others if item not in left]
    now = move.fleet.session.now()
    move.fleet.ledger.blocks.change(lambda claims: settle(claims, rest, left, now))
