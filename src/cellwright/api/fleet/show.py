"""Resolved settings of units as JSON."""

from cellwright.api.document import Document
from cellwright.api.fleet.explain import taken_outputs
from cellwright.api.fleet.versions import binary
from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.model.binary import KEYS
from cellwright.model.value import Json


def units(shown: ShownUnits) -> Document:
    """`show`: resolved settings; `next` is null on the last page."""
    return {
        "units": map(unit, shown.units),
        "next": None if shown.next is None else str(shown.next),
    }


def unit(item: ShownUnit) -> Json:
    """One unit of `show`."""
    return {
        "address": str(item.address),
        "enabled": item.enabled,
        "stack": {"source": item.source, "version": item.version},
        "terraform": dict(zip(KEYS, item.binary, strict=True)),
        "applied_with": binary(item.last_binary),
        "modules": [
            {"name": module.name, "version": module.version or None, module.kind: module.identity}
            for module in item.modules
        ],
        "needs": [str(need) for need in item.needs],
        "inputs": dict(item.inputs),
        "taken": taken_outputs(item.taken),
        "outputs": {
            name: {"sensitive": output.sensitive, "value": output.value}
            for name, output in item.outputs.items()
        },
        "destroyed_from": item.destroyed_from,
        "client": None if item.client is None else item.client.value,
    }
