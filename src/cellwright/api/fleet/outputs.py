"""The outputs of a unit as JSON."""

from cellwright.app.by_hand.outputs import ShownOutputs
from cellwright.model.value import Json


def outputs(found: ShownOutputs) -> Json:
    """`output UNIT`: by name, as Terraform's own `output -json` has them; masked values are null."""
    return _named(found)


def unit_outputs(found: ShownOutputs) -> Json:
    """The same with the unit, when it was applied last, and whether they may be other ones by now."""
    return {
        "unit": str(found.unit),
        "applied_at": found.applied_at or None,
        "outdated": found.outdated,
        "outputs": _named(found),
    }


def _named(found: ShownOutputs) -> Json:
    return {name: {"sensitive": item.sensitive, "value": item.value} for name, item in found.outputs.items()}
