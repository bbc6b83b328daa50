"""`ip check`: whether the fleet's blocks, its pools and the ledger agree."""

from cellwright.app.session.session import FleetSession
from cellwright.ipam.book import address_findings
from cellwright.ipam.fleet_book import position_finder, read_book
from cellwright.ipam.recorded_addresses import recorded_findings
from cellwright.model.diagnostic import Diagnostic, Severity


def check_addresses(session: FleetSession) -> tuple[Diagnostic, ...]:
    """Prove that no blocks overlap, all lie in their pools with the right sizes, and the ledger agrees.

    Every error of the fleet is listed too, for nothing is proven about what can't be read.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    fleet = session.snapshot().fleet
    read = read_book(fleet, session.now())
    place = position_finder(fleet)
    ours = {*read.findings, *address_findings(read.book, place)}
    found = [item for item in fleet.diagnostics if item in ours or item.severity is Severity.ERROR]
    applied = session.ledger().reader.applied(None)
    return (*found, *recorded_findings(read.book, fleet.units.values(), applied, place))
