"""`input.cellwright`: the unit, as policies see it beside Terraform's plan."""

from collections.abc import Mapping
from datetime import date

from cellwright.model.run import Operation
from cellwright.model.unit import Unit
from cellwright.model.value import Json, Value
from cellwright.planning.binding import substitute

EXCEPTIONS = "exceptions"
"""The key of a cell's settings with its exceptions from policies."""


def describe(
    fleet: str, unit: Unit, operation: Operation, settings: Mapping[str, Value], today: date
) -> Mapping[str, Json]:
    """Describe a unit for policies; `settings` are its cell's own, with output references as text."""
    address = unit.address
    known = {name: substitute(value, str) for name, value in settings.items()}
    return {
        "fleet": fleet,
        "unit": str(address),
        "level": address.level,
        "cell": address.cell,
        "stack": address.stack,
        "operation": operation.value,
        "labels": dict(unit.labels),
        "settings": known,
        "exceptions": known.get(EXCEPTIONS) or [],
        "references": sorted(str(upstream) for upstream in unit.upstreams()),
        "today": today.isoformat(),
    }
