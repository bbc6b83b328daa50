"""Reads a fleet's address book from its files."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cellwright.fleet.fleet import Fleet
from cellwright.ipam.book import AddressBook, PositionFinder, address_findings, block_conflicts
from cellwright.ipam.holdings import HeldBlock, holding_position, read_holdings
from cellwright.ipam.releases import read_releases
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position

_NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class ReadBook:
    """An address book, and findings about entries that can't be read."""

    book: AddressBook
    findings: tuple[Diagnostic, ...]


def read_book(fleet: Fleet, now: datetime | None = None) -> ReadBook:
    """Read the allocated blocks and those in quarantine."""
    holdings = read_holdings(fleet)
    releases = read_releases(fleet.root)
    book = AddressBook.at(now or datetime.now(UTC), fleet.addresses, holdings.held, releases.given)
    return ReadBook(book, (*holdings.findings, *releases.findings))


def with_address_findings(fleet: Fleet) -> Fleet:
    """Add findings about addresses to the fleet's diagnostics."""
    if not fleet.addresses.pools:
        return fleet
    read = read_book(fleet)
    others = read_holdings(replace(fleet, cells=fleet.neighbours)).held if fleet.neighbours else ()
    place = position_finder(fleet)
    conflicts = tuple(block_conflicts(read.book, place, others))
    overlaps = (item.finding for item in conflicts)
    found = (*read.findings, *overlaps, *address_findings(read.book, place))
    ordered = sorted((*fleet.diagnostics, *found), key=_order)
    return replace(fleet, diagnostics=tuple(ordered), conflicts=conflicts)


def position_finder(fleet: Fleet) -> PositionFinder:
    """Make the function that finds the position of a holding."""

    def place(item: HeldBlock) -> Position:
        return holding_position(fleet.root, item.path, item.pool)

    return place


def _order(finding: Diagnostic) -> tuple[Position, str, str]:
    return finding.position or _NOWHERE, finding.severity.value, finding.summary
