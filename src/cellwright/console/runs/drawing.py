"""A drawing of units and what they wait for: where Graphviz puts them, without any of its looks."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pygraphviz

_POINTS = 72
"""Points in an inch, in which Graphviz takes sizes."""
_WIDTH, _HEIGHT = 190.0, 44.0
_MARGIN = 6.0

_ONE_AT_A_TIME = threading.Lock()
"""Graphviz is a library in C whose state belongs to the whole process, and it is not made for threads."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node is."""

    key: str
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything is, in points from the upper left corner."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    """The path of each arrow, as SVG writes it."""
    box_width: float = _WIDTH
    box_height: float = _HEIGHT


def draw(waits: Mapping[str, Iterable[str]]) -> Drawing:
    """Draw nodes from left to right, each after those that it waits for."""
    return _drawn(tuple((key, tuple(sorted(waits[key]))) for key in sorted(waits)))


@lru_cache(maxsize=64)
def _drawn(nodes: tuple[tuple[str, tuple[str, ...]], ...]) -> Drawing:
    names = {key: f"n{number}" for number, (key, _) in enumerate(nodes)}
    with _ONE_AT_A_TIME:
        graph = pygraphviz.AGraph(directed=True, rankdir="LR", nodesep="0.18", ranksep="0.55")
        for name in names.values():
            graph.add_node(
                name,
                shape="box",
                fixedsize="true",
                label="",
                width=str(_WIDTH / _POINTS),
                height=str(_HEIGHT / _POINTS),
            )
        for key, before in nodes:
            for other in before:
                graph.add_edge(names[other], names[key])
        graph.layout("dot")
        width, height = (float(number) for number in graph.graph_attr["bb"].split(",")[2:])
        centres = {key: _point(graph.get_node(name).attr["pos"]) for key, name in names.items()}
        paths = [str(edge.attr["pos"]) for edge in graph.edges()]
        graph.close()
    boxes = tuple(
        Box(key, round(x - _WIDTH / 2 + _MARGIN, 1), round(height - y - _HEIGHT / 2 + _MARGIN, 1))
        for key, (x, y) in centres.items()
    )
    lines = tuple(_path(path, height) for path in paths)
    return Drawing(round(width + 2 * _MARGIN), round(height + 2 * _MARGIN), boxes, lines)


def _point(text: str) -> tuple[float, float]:
    x, y = text.split(",")
    return float(x), float(y)


def _path(text: str, height: float) -> str:
    """Turn Graphviz's spline (`e,END START POINT POINT POINT ...`) into an SVG path that ends at END."""
    first, *rest = text.split()
    tip = _point(first.removeprefix("e,"))
    points = [_point(item) for item in rest]
    shown = [f"{x + _MARGIN:.1f},{height - y + _MARGIN:.1f}" for x, y in (*points, tip)]
    return f"M{shown[0]}C{' '.join(shown[1:-1])}L{shown[-1]}"
