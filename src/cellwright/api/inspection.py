"""Resolved settings, their provenance and the dependency graph as JSON."""

from collections.abc import Sequence

from cellwright.api.document import Document
from cellwright.app.fleet.explain import Explanation
from cellwright.app.fleet.graph import GraphView
from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.model.value import Json
from cellwright.planning.graph import Edge


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
        "needs": [str(need) for need in unit.needs],
        "inputs": dict(unit.inputs),
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


def graph(view: GraphView) -> Document:
    """`graph`: `from` depends on `to`."""
    return {"nodes": map(str, view.nodes), "edges": map(_edge, view.edges)}


def _edge(edge: Edge) -> Json:
    return {"from": str(edge.source), "to": str(edge.target), "why": edge.why}
