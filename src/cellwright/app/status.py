"""Where every unit stands; starts no Terraform and writes nothing."""

from collections.abc import Sequence

from cellwright.app.location import Location
from cellwright.app.opening import opened
from cellwright.app.results import FleetStatus
from cellwright.app.surveying import Survey
from cellwright.planning.selection import Relatives, select


def status(
    location: Location, selectors: Sequence[str] = (), relatives: Relatives | None = None
) -> FleetStatus:
    """Compare the chosen units with the ledger.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    with opened(location, writing=False) as fleet:
        survey = Survey(fleet)
        chosen = select(fleet.fleet.units, selectors, relatives, survey.heads)
        return FleetStatus(fleet.fleet.name, survey.statuses(chosen))
