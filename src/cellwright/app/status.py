"""Where every unit stands; starts no Terraform and writes nothing."""

from collections.abc import Sequence

from cellwright.app.location import Location
from cellwright.app.opening import OpenFleet, opened
from cellwright.app.results import FleetStatus
from cellwright.app.states import state_mark
from cellwright.planning.selection import Relatives, select
from cellwright.planning.standing import Record, Surveyor, survey


def status(
    location: Location, selectors: Sequence[str] = (), relatives: Relatives | None = None
) -> FleetStatus:
    """Compare the chosen units with the ledger.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    with opened(location, writing=False) as fleet:
        surveyor = surveyor_of(fleet)
        units = fleet.fleet.units
        chosen = select(units, selectors, relatives, surveyor.record.heads)
        return FleetStatus(fleet.fleet.name, survey(surveyor, units, chosen))


def surveyor_of(fleet: OpenFleet) -> Surveyor:
    """Read from the ledger, in one pass each, what standings need."""
    reader = fleet.ledger.reader
    return Surveyor(
        Record(
            heads=reader.heads(),
            outputs=reader.outputs(None),
            applied=lambda address: reader.applied([address]).get(address),
            state_mark=lambda unit: state_mark(fleet.home, unit),
        ),
        fleet.stacks.facts,
        fleet.digester,
    )
