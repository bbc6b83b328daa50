"""Where input values come from, as JSON."""

from collections.abc import Sequence

from cellwright.app.fleet.explain import Explanation
from cellwright.model.value import Json


def explanation(item: Explanation) -> Json:
    """`explain UNIT INPUT`: every layer that set the value, the winner last."""
    return {
        "unit": str(item.unit),
        "input": item.input,
        "value": item.value,
        "chain": [
            {
                "layer": link.layer,
                "file": link.position.file,
                "line": link.position.line,
                "column": link.position.column,
                "value": link.value,
            }
            for link in item.chain
        ],
        "taken": [
            {
                "output": str(taken.reference),
                "known": taken.known,
                "sensitive": taken.sensitive,
                "value": taken.value,
            }
            for taken in item.taken
        ],
    }


def explanations(unit: str, items: Sequence[Explanation]) -> Json:
    """`explain UNIT`: every input."""
    return {"unit": unit, "inputs": [explanation(item) for item in items]}
