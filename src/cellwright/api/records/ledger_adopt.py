"""Units with states that the ledger does not know, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.adopting.found import Adoption
from cellwright.model.value import Json


def adoption(found: Adoption) -> dict[str, Json]:
    """`ledger adopt`: `standing` is `found`, `after others`, `no state`, `refused`, or how it counts now."""
    return {
        "recorded_before": found.recorded,
        "done": found.done,
        "units": [
            {
                "unit": str(item.unit),
                "place": item.place,
                "standing": item.standing.value,
                "resources": item.resources,
                "outputs": item.outputs,
                "written_by": item.written_by or None,
                "after": [str(unit) for unit in item.after],
                "why": [diagnostic(fault) for fault in item.why],
            }
            for item in found.units
        ],
    }
