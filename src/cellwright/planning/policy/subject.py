"""`input.cellwright`: the unit, as policies see it beside Terraform's plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cellwright.model.runs.run import Operation
from cellwright.model.text.calendar import real_date
from cellwright.model.unit import Unit
from cellwright.model.value import Json, Value
from cellwright.planning.binding import substitute

EXCEPTIONS = "exceptions"
"""The key of a cell's settings with its exceptions from policies."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What policies learn of the fleet around a unit."""

    fleet: str
    client_levels: tuple[str, ...] = ()
    """The levels whose cells belong to clients."""
    placements: tuple[str, ...] = ()
    """The cells that are the same client's, or in which the unit's cell is placed."""


def describe(
    around: Surroundings, unit: Unit, operation: Operation, settings: Mapping[str, Value], today: date
) -> Mapping[str, Json]:
    """Describe a unit for policies; `settings` are its cell's own, with output references as text."""
    address = unit.address
    known = {name: substitute(value, str) for name, value in settings.items()}
    return {
        "fleet": around.fleet,
        "unit": str(address),
        "level": address.level,
        "cell": address.cell,
        "stack": address.stack,
        "client_levels": list(around.client_levels),
        "placements": list(around.placements),
        "operation": operation.value,
        "labels": dict(unit.labels),
        "settings": known,
        "exceptions": _exceptions(known.get(EXCEPTIONS)),
        "references": sorted(str(upstream) for upstream in unit.upstreams()),
        "today": today.isoformat(),
    }


def _exceptions(written: Json) -> list[Json]:
    """Leave out what can be no exception; one with an `until` has to name a day that there is."""
    found = written if isinstance(written, list) else []
    return [
        item
        for item in found
        if isinstance(item, dict) and ("until" not in item or real_date(item["until"]) is not None)
    ]
