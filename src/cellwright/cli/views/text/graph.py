"""The units and their dependencies: a tree for people, Mermaid and DOT for drawing programs."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from rich.text import Text

from cellwright.app.fleet.graph import GraphView
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import BLANK, count
from cellwright.model.address import UnitAddress
from cellwright.planning.graph import Edge, Why

Children = Mapping[UnitAddress, Mapping[UnitAddress, Why]]
"""For each unit, the units that wait for it, and why; an output says more than an order."""

_ARROWS: Mapping[Why, str] = {"output": "-->", "needs": "-.->"}
_LINES: Mapping[Why, str] = {"output": "", "needs": " [style=dashed]"}


def tree(view: GraphView) -> Iterator[Text]:
    """What depends on nothing at the left, what waits for it below; a unit is unfolded once."""
    children = _children(view)
    waiting = {edge.source for edge in _drawable(view)}
    roots = [node for node in view.nodes if node not in waiting]
    yield from _branches(roots, children)
    if roots:
        yield BLANK
    edges = sum(len(found) for found in children.values())
    total = f"{count(len(view.nodes), 'unit')}, {count(edges, 'dependency', 'dependencies')}"
    yield Text(total, style=palette.FAINT)


def _children(view: GraphView) -> Children:
    children: dict[UnitAddress, dict[UnitAddress, Why]] = {node: {} for node in view.nodes}
    for edge in _drawable(view):
        if children[edge.target].get(edge.source) != "output":
            children[edge.target][edge.source] = edge.why
    return children


_Step: TypeAlias = tuple[UnitAddress, str, str, Why | None]
"""A unit, what stands before it, what stands before the units below it, and why it waits."""


def _branches(roots: list[UnitAddress], children: Children) -> Iterator[Text]:
    """Walk depth first with a stack of our own: a chain may be longer than Python's recursion allows."""
    seen: set[UnitAddress] = set()
    stack: list[_Step] = [(root, "", "", None) for root in reversed(roots)]
    while stack:
        node, lead, below, why = stack.pop()
        known = node in seen
        seen.add(node)
        found = list(children[node].items())
        yield _branch(node, lead, why, folded=known and bool(found))
        if known:
            continue
        for number, (child, reason) in enumerate(reversed(found)):
            fork, side = ("└─ ", "   ") if number == 0 else ("├─ ", "│  ")
            stack.append((child, below + fork, below + side, reason))


def _branch(node: UnitAddress, lead: str, why: Why | None, *, folded: bool) -> Text:
    line = Text.assemble((lead, palette.FAINT), str(node))
    if why == "needs":
        line.append("  (order only)", style=palette.FAINT)
    if folded:
        line.append("  (see above)", style=palette.FAINT)
    return line


def mermaid(view: GraphView) -> Iterator[str]:
    """A Mermaid flowchart, one subgraph per cell; arrows point the way things are built."""
    names = _names(view)
    yield "flowchart LR"
    for number, (cell, nodes) in enumerate(_by_cell(view).items()):
        yield f'  subgraph c{number}["{cell}"]'
        yield from (f'    {names[node]}["{node.stack}"]' for node in nodes)
        yield "  end"
    for node, found in _children(view).items():
        yield from (f"  {names[node]} {_ARROWS[why]} {names[child]}" for child, why in found.items())


def dot(view: GraphView) -> Iterator[str]:
    """A Graphviz digraph, one cluster per cell; arrows point the way things are built."""
    yield from ("digraph fleet {", "  rankdir=LR;", "  node [shape=box];")
    for number, (cell, nodes) in enumerate(_by_cell(view).items()):
        yield from (f"  subgraph cluster_{number} {{", f'    label="{cell}";')
        yield from (f'    "{node}" [label="{node.stack}"];' for node in nodes)
        yield "  }"
    for node, found in _children(view).items():
        yield from (f'  "{node}" -> "{child}"{_LINES[why]};' for child, why in found.items())
    yield "}"


def _names(view: GraphView) -> dict[UnitAddress, str]:
    return {node: f"n{number}" for number, node in enumerate(view.nodes)}


def _by_cell(view: GraphView) -> dict[str, list[UnitAddress]]:
    cells: dict[str, list[UnitAddress]] = {}
    for node in view.nodes:
        cells.setdefault(str(node.of_cell), []).append(node)
    return cells


def _drawable(view: GraphView) -> Iterator[Edge]:
    known = set(view.nodes)
    yield from (edge for edge in view.edges if edge.source in known and edge.target in known)
