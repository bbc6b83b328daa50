"""`ip history`: which cells held a block, from when to when, by git's history and the ledger's events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network, parse_network
from cellwright.fleet.yaml.node import get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.git.history import FileChanges, changes_of, contents
from cellwright.git.repository import Repository
from cellwright.ipam.book import overlapping
from cellwright.ipam.fleet_book import read_book
from cellwright.ipam.holdings import KEY
from cellwright.ipam.tenure import Claim, CommitClaims, Moment, Tenure, tenures
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.diagnostic import DiagnosticError, error

_PATTERN = f"{KEY}|[0-9a-fA-F:]/[0-9]"
"""Lines that may say something about a block; what they say is read from the whole file."""
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
    said = _said(repository, fleet, block) if repository is not None else ()
    found = tenures(said, (claim for claim in now if overlapping(claim.block, block)))
    reader = session.ledger().reader
    built = (_built(item, _subjects(fleet, item.claim.cell), reader) for item in found)
    return BlockHistory(block, tuple(built))


def _said(repository: Repository, fleet: Fleet, block: Network) -> Iterator[CommitClaims]:
    """Read from every commit that changed cells' files what they said about `block`."""
    # Where levels share a folder, the last of them names the cell, as a holding does.
    levels = {level.cells: level.name for level in fleet.levels}
    base = fleet.root.absolute().resolve().relative_to(repository.root.resolve())
    changes = changes_of(repository, [repository.root / base / folder for folder in levels], _PATTERN)
    wanted = [(item.commit.id, path) for item in changes for path in item.changed]
    texts = dict(zip(wanted, contents(repository, wanted), strict=True)) if wanted else {}
    for item in changes:
        files: dict[str, frozenset[Claim]] = dict.fromkeys(item.removed, frozenset())
        for path in item.changed:
            cell = _cell(path, base, levels)
            text = texts[item.commit.id, path]
            files[path] = frozenset(_claims(text, cell, block)) if cell and text else frozenset()
        yield CommitClaims(_moment(item), files)


def _moment(change: FileChanges) -> Moment:
    commit = change.commit
    return Moment(commit.id, commit.time, str(commit.author), commit.subject)


def _cell(path: str, base: Path, levels: Mapping[str, str]) -> str | None:
    """Name the cell whose settings a file was: `clients/acme.yaml`, or any `clients/acme/*.yaml`."""
    inside = Path(path).relative_to(base)
    for folder, level in levels.items():
        if inside.is_relative_to(folder) and inside.suffix == ".yaml":
            parts = inside.relative_to(folder).parts
            if len(parts) in (1, 2):
                return f"{level}/{parts[0].removesuffix('.yaml') if len(parts) == 1 else parts[0]}"
    return None


def _claims(text: str, cell: str, block: Network) -> Iterator[Claim]:
    root = read_document(text, cell).root
    node = get_node(root, KEY) if root is not None else None
    for pool, value in ((node.entries or {}) if node is not None else {}).items():
        try:
            held = parse_network(str(value.value))
        except ValueError:
            continue
        if overlapping(held, block):
            yield Claim(cell, pool, held)


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
        time = datetime.fromisoformat(event.time)
        if (since and time < since) or (until and time >= until):
            continue
        if event.action == "unit.applied":
            applied, destroyed = applied or event.time, None
        elif event.action == "unit.destroyed":
            destroyed = event.time
    return replace(tenure, applied=applied, destroyed=destroyed)
