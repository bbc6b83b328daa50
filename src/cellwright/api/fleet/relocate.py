"""What it means that a cell is placed elsewhere, as JSON."""

from cellwright.app.moves.relocate import Relocation
from cellwright.model.value import Json


def relocation(found: Relocation) -> dict[str, Json]:
    """Where it was applied, where it is placed now, and what stands in the former place."""
    return {
        "cell": str(found.cell),
        "from": found.before,
        "to": found.now,
        "units": [str(unit) for unit in found.units],
        "resources": found.resources,
    }
