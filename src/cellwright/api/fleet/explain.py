"""Where input values come from, as JSON."""

from collections.abc import Sequence

from cellwright.app.fleet.explain import Explanation
from cellwright.app.fleet.taken_outputs import TakenOutput
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
        "taken": taken_outputs(item.taken),
        "followed": [
            {
                "reference": found.reference,
                "file": found.position.file,
                "line": found.position.line,
                "column": found.position.column,
                "value": found.value,
            }
            for found in item.followed
        ],
    }


def taken_outputs(taken: Sequence[TakenOutput]) -> list[Json]:
    """Outputs that values take, each as it was recorded."""
    return [
        {"output": str(item.reference), "known": item.known, "sensitive": item.sensitive, "value": item.value}
        for item in taken
    ]


def explanations(unit: str, items: Sequence[Explanation]) -> Json:
    """`explain UNIT`: every input, and the stack's defaults."""
    return {"unit": unit, "inputs": [explanation(item) for item in items]}
