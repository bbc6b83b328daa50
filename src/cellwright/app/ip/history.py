"""`ip history`: which cells held a block, from when to when, by git's history and the ledger's events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network, parse_network
from cellwright.ipam.book import overlapping
from cellwright.ipam.committed_blocks import committed_claims
from cellwright.ipam.fleet_book import read_book
from cellwright.ipam.tenure import Claim, Tenure, tenures
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.diagnostic import DiagnosticError, error

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BlockHistory:
    """Who held a block, a part of it, or what it is a part of; in the order in which they began."""

    block: Network
    tenures: tuple[Tenure, ...]


def block_history(session: FleetSession, cidr: str) -> BlockHistory:
    """Tell who held a block, a part of it or what it is a part of.

    Git is read along the branch that is checked out, over the folders of cells that fleet.yaml names now. A
    fleet outside git has only what its files say now.

    Raises:
        DiagnosticError: the text is no block, or git or the ledger can't be read.
    """
    try:
        block = parse_network(cidr if "/" in cidr else f"{cidr}/{128 if ':' in cidr else 32}")
    except ValueError as fault:
        raise DiagnosticError(error(f"'{cidr}' is no block of addresses", str(fault))) from None
    fleet = session.snapshot().fleet
    now = [Claim(str(item.cell), item.pool, item.block) for item in read_book(fleet, session.now()).book.held]
    repository = session.repository()
    said = committed_claims(repository, fleet, (block,)) if repository is not None else ()
    found = tenures(said, (claim for claim in now if overlapping(claim.block, block)))
    reader = session.ledger().reader
    built = (_built(item, _subjects(fleet, item.claim.cell), reader) for item in found)
    return BlockHistory(block, tuple(built))


def _subjects(fleet: Fleet, cell: str) -> tuple[str, ...]:
    """Name the cells of every level that shares the file in which a cell's block was written."""
    own, _, name = cell.partition("/")
    folders = {level.cells for level in fleet.levels if level.name == own}
    return tuple(f"{level.name}/{name}" for level in fleet.levels if level.cells in folders)


def _built(tenure: Tenure, subjects: Sequence[str], reader: LedgerReader) -> Tenure:
    """Add what the ledger says about the cell while it held the block."""
    since = datetime.fromisoformat(tenure.since.time) if tenure.since else None
    # A commit's time has no fractions of a second, an event's has.
    until = datetime.fromisoformat(tenure.until.time) + _SECOND if tenure.until else None
    applied: str | None = None
    destroyed: str | None = None
    events = (event for subject in subjects for event in reader.events(subject=subject))
    for event in sorted(events, key=lambda event: event.sequence):
        try:
            time = datetime.fromisoformat(event.time)
        except ValueError:  # somebody has changed it: `events verify` says so
            continue
        if (since and time < since) or (until and time >= until):
            continue
        if event.action == "unit.applied":
            applied, destroyed = applied or event.time, None
        elif event.action == "unit.destroyed":
            destroyed = event.time
    return replace(tenure, applied=applied, destroyed=destroyed)
