"""Where units stand, as JSON."""

from collections import Counter

from cellwright.app.results import FleetStatus
from cellwright.model.change import Status
from cellwright.model.value import Json


def status(found: FleetStatus) -> Json:
    """`status`: every unit with its reasons; every status is counted, also those that no unit has."""
    counts = Counter(unit.status for unit in found.units)
    return {
        "fleet": found.fleet,
        "units": [
            {
                "address": str(unit.address),
                "status": unit.status.value,
                "reasons": [{"kind": item.kind.value, "summary": item.summary} for item in unit.reasons],
            }
            for unit in found.units
        ],
        "counts": {status.value: counts[status] for status in Status},
    }
