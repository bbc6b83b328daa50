"""`ip check`: whether the fleet's blocks, its pools and the ledger agree."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cellwright.app.runs.guards.blocks import all_held, claim_of, contested, outdated_claims
from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.ipam.book import address_findings
from cellwright.ipam.claims import settle
from cellwright.ipam.fleet_book import position_finder, read_book
from cellwright.ipam.recorded_addresses import recorded_findings
from cellwright.model.diagnostic import Diagnostic, Severity, warning

if TYPE_CHECKING:
    from cellwright.ledger.opening import Ledger


def check_addresses(session: FleetSession) -> tuple[Diagnostic, ...]:
    """Prove that no blocks overlap, all lie in their pools with the right sizes, and the ledger agrees.

    Every error of the fleet is listed too, for nothing is proven about what can't be read.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    fleet = session.snapshot().fleet
    read = read_book(fleet, session.now())
    place = position_finder(fleet)
    overlaps = (item.finding for item in fleet.conflicts)
    ours = {*read.findings, *overlaps, *address_findings(read.book, place)}
    found = [item for item in fleet.diagnostics if item in ours or item.severity is Severity.ERROR]
    ledger = session.ledger()
    claimed = _claim_findings(session, fleet, ledger) if fleet.addresses.pools else ()
    applied = ledger.reader.applied(None)
    return (*found, *claimed, *recorded_findings(read.book, fleet.units.values(), applied, place))


def _claim_findings(session: FleetSession, fleet: Fleet, ledger: "Ledger") -> Iterator[Diagnostic]:
    """Find blocks that the ledger knows to be another cell's than the files say."""
    held = all_held(fleet)
    claims = ledger.blocks.claims()
    outdated = outdated_claims(session, fleet, held, claims)
    place = position_finder(fleet)
    # Two cells whose files have one block are found as such.
    found = {item.wanted: item for item in settle(claims, list(map(claim_of, held)), outdated).refused}
    said = {(str(cell), item.block) for item in held for cell in item.cells}
    for item in held:
        refusal = found.get(claim_of(item))
        if refusal is not None and (refusal.other.cell, refusal.other.block) not in said:
            yield contested(refusal, place(item))
    for claim in claims:
        if claim.released is None and claim not in outdated and (claim.cell, claim.block) not in said:
            yield warning(
                f"{claim.cell} has {claim.block} by the ledger, but by no file of this clone",
                "get the newest commit (git pull); if the cell is gone for good: cellwright ip release "
                f"{claim.block}",
            )
