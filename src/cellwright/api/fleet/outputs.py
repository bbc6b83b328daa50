"""The outputs of a unit as JSON."""

from cellwright.app.by_hand.outputs import ShownOutputs
from cellwright.model.value import Json


def outputs(found: ShownOutputs) -> Json:
    """`output UNIT`: by name, as Terraform's own `output -json` has them; masked values are null."""
    return {name: {"sensitive": item.sensitive, "value": item.value} for name, item in found.outputs.items()}
