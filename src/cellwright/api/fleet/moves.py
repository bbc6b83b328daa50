"""Resources that go from one unit's state to another's, as JSON."""

from collections.abc import Sequence

from cellwright.api.diagnostics import diagnostic
from cellwright.app.moves.resources import UnitMove
from cellwright.model.runs.plan import counts_to_json
from cellwright.model.value import Json


def moves(found: Sequence[UnitMove]) -> dict[str, Json]:
    """What goes where, and what Terraform says afterwards."""
    return {
        "moves": [
            {
                "from": str(item.source),
                "to": str(item.target),
                "resources": list(item.resources),
                "plans": [
                    {"unit": str(unit), "counts": counts_to_json(plan.counts)}
                    for unit, plan in item.plans.items()
                ],
                "faults": [diagnostic(fault) for fault in item.faults],
                "warnings": [diagnostic(found) for found in item.warnings],
                "others": [str(unit) for unit in item.others],
                "possible_others": [str(unit) for unit in item.possible_others],
            }
            for item in found
        ]
    }
