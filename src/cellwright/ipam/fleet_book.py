"""The address book of a fleet, read from its files: what every use case about addresses starts from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cellwright.fleet.fleet import Fleet
from cellwright.ipam.book import AddressBook, Placer, address_findings
from cellwright.ipam.holdings import Holding, place_of, read_holdings
from cellwright.ipam.releases import read_releases
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position

_NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class ReadBook:
    """An address book and what its files have that can't be read."""

    book: AddressBook
    findings: tuple[Diagnostic, ...]


def read_book(fleet: Fleet, now: datetime | None = None) -> ReadBook:
    """Read who holds what now, and what is in quarantine."""
    holdings = read_holdings(fleet)
    releases = read_releases(fleet.root)
    book = AddressBook.at(now or datetime.now(UTC), fleet.addresses, holdings.held, releases.given)
    return ReadBook(book, (*holdings.findings, *releases.findings))


def with_address_findings(fleet: Fleet) -> Fleet:
    """Give the fleet with what is wrong with its addresses among its findings."""
    if not fleet.addresses.pools:
        return fleet
    read = read_book(fleet)
    beside = read_holdings(replace(fleet, cells=fleet.beside)).held if fleet.beside else ()
    found = (*read.findings, *address_findings(read.book, placer(fleet), beside))
    ordered = sorted((*fleet.diagnostics, *found), key=_order)
    return replace(fleet, diagnostics=tuple(ordered))


def placer(fleet: Fleet) -> Placer:
    """Give the function that finds where a holding is written."""

    def place(item: Holding) -> Position:
        return place_of(fleet.root, item.path, item.pool)

    return place


def _order(finding: Diagnostic) -> tuple[Position, str, str]:
    return finding.position or _NOWHERE, finding.severity.value, finding.summary
