"""Resolved settings of units as JSON."""

from cellwright.api.document import Document
from cellwright.api.versions import binary
from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.model.binary import KEYS
from cellwright.model.value import Json


def units(shown: ShownUnits) -> Document:
    """`show`: resolved settings; `next` is null on the last page."""
    return {
        "units": map(_unit, shown.units),
        "next": None if shown.next is None else str(shown.next),
    }


def _unit(unit: ShownUnit) -> Json:
    return {
        "address": str(unit.address),
        "enabled": unit.enabled,
        "stack": {"source": unit.source, "version": unit.version},
        "terraform": dict(zip(KEYS, unit.binary, strict=True)),
        "applied_with": binary(unit.last_binary),
        "modules": [
            {"name": item.name, "version": item.version or None, item.kind: item.identity}
            for item in unit.modules
        ],
        "needs": [str(need) for need in unit.needs],
        "inputs": dict(unit.inputs),
        "destroyed_from": unit.destroyed_from,
    }
