"""The graph of units: as a tree, for Mermaid, or for Graphviz."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from rich.text import Text

from cellwright.app.fleet.graph import GraphView
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, count
from cellwright.model.address import UnitAddress
from cellwright.planning.graph import Edge, Why


def graph(found: GraphView, form: str) -> Iterable[Text]:
    """The graph as text (a tree), mermaid or dot, line by line."""
    if form == "text":
        return tree(found)
    lines = mermaid(found) if form == "mermaid" else dot(found)
    return (Text(line, no_wrap=True, overflow="ignore") for line in lines)


Children: TypeAlias = "Mapping[UnitAddress, Mapping[UnitAddress, Why]]"
"""For each unit, the units that depend on it, and why: for an output or only for the order."""

_ARROWS: Mapping[Why, str] = {"output": "-->", "needs": "-.->"}
_LINES: Mapping[Why, str] = {"output": "", "needs": " [style=dashed]"}


def tree(shown: GraphView) -> Iterator[Text]:
    """A tree: units without dependencies at the left, below each its dependents; a unit is expanded once."""
    children = _children(shown)
    waiting = {edge.source for edge in _drawable(shown)}
    roots = [node for node in shown.nodes if node not in waiting]
    yield from _branches(roots, children)
    if roots:
        yield BLANK
    edges = sum(len(found) for found in children.values())
    total = f"{count(len(shown.nodes), 'unit')}, {count(edges, 'dependency', 'dependencies')}"
    yield Text(total, style=palette.FAINT)


def _children(shown: GraphView) -> Children:
    children: dict[UnitAddress, dict[UnitAddress, Why]] = {node: {} for node in shown.nodes}
    for edge in _drawable(shown):
        if children[edge.target].get(edge.source) != "output":
            children[edge.target][edge.source] = edge.why
    return children


_Step: TypeAlias = "tuple[UnitAddress, str, str, Why | None]"
"""A unit, the prefix of its line, the prefix of the lines below it, and why it depends on its parent."""


def _branches(roots: list[UnitAddress], children: Children) -> Iterator[Text]:
    """Walk depth first with an explicit stack: a chain may be longer than Python's recursion limit."""
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


def mermaid(shown: GraphView) -> Iterator[str]:
    """A Mermaid flowchart, one subgraph per cell; arrows point from a unit to its dependents."""
    names = _names(shown)
    yield "flowchart LR"
    for number, (cell, nodes) in enumerate(_by_cell(shown).items()):
        yield f'  subgraph c{number}["{cell}"]'
        yield from (f'    {names[node]}["{node.stack}"]' for node in nodes)
        yield "  end"
    for node, found in _children(shown).items():
        yield from (f"  {names[node]} {_ARROWS[why]} {names[child]}" for child, why in found.items())


def dot(shown: GraphView) -> Iterator[str]:
    """A Graphviz digraph, one cluster per cell; arrows point from a unit to its dependents."""
    yield from ("digraph fleet {", "  rankdir=LR;", "  node [shape=box];")
    for number, (cell, nodes) in enumerate(_by_cell(shown).items()):
        yield from (f"  subgraph cluster_{number} {{", f'    label="{cell}";')
        yield from (f'    "{node}" [label="{node.stack}"];' for node in nodes)
        yield "  }"
    for node, found in _children(shown).items():
        yield from (f'  "{node}" -> "{child}"{_LINES[why]};' for child, why in found.items())
    yield "}"


def _names(shown: GraphView) -> dict[UnitAddress, str]:
    return {node: f"n{number}" for number, node in enumerate(shown.nodes)}


def _by_cell(shown: GraphView) -> dict[str, list[UnitAddress]]:
    cells: dict[str, list[UnitAddress]] = {}
    for node in shown.nodes:
        cells.setdefault(str(node.of_cell), []).append(node)
    return cells


def _drawable(shown: GraphView) -> Iterator[Edge]:
    known = set(shown.nodes)
    yield from (edge for edge in shown.edges if edge.source in known and edge.target in known)
