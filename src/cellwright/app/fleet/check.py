"""Checking a fleet: everything that can be found without Terraform, in one go."""

from cellwright.app.session.location import Location
from cellwright.app.session.reading import read_fleet
from cellwright.model.diagnostic import Diagnostic


def check(location: Location) -> tuple[Diagnostic, ...]:
    """List every finding about the fleet, sorted by place.

    Raises:
        DiagnosticError: there is no fleet here.
    """
    _, fleet, _ = read_fleet(location)
    return fleet.diagnostics
