"""Resolved settings, their provenance and the dependency graph as JSON."""

from collections.abc import Iterable, Sequence

from cellwright.app.results import Explanation, GraphView, ShownUnit
from cellwright.model.value import Json


def units(shown: Iterable[ShownUnit]) -> Json:
    """`show`: resolved settings."""
    return {
        "units": [
            {
                "address": str(unit.address),
                "enabled": unit.enabled,
                "stack": {"source": unit.source, "version": unit.version},
                "needs": [str(need) for need in unit.needs],
                "inputs": dict(unit.inputs),
            }
            for unit in shown
        ]
    }


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
    }


def explanations(unit: str, items: Sequence[Explanation]) -> Json:
    """`explain UNIT`: every input."""
    return {"unit": unit, "inputs": [explanation(item) for item in items]}


def graph(view: GraphView) -> Json:
    """`graph`: `from` depends on `to`."""
    return {
        "nodes": [str(node) for node in view.nodes],
        "edges": [{"from": str(edge.source), "to": str(edge.target), "why": edge.why} for edge in view.edges],
    }
