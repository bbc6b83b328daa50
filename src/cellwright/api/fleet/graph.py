"""The dependency graph as JSON."""

from cellwright.api.document import Document
from cellwright.app.fleet.graph import GraphView
from cellwright.model.value import Json
from cellwright.planning.graph import Edge


def graph(view: GraphView) -> Document:
    """`graph`: `from` depends on `to`."""
    return {"nodes": map(str, view.nodes), "edges": map(_edge, view.edges)}


def _edge(edge: Edge) -> Json:
    return {"from": str(edge.source), "to": str(edge.target), "why": edge.why}
