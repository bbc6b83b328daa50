"""A run's graph, ready to be drawn: each node with where its units are."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.overview.runs.run_graph import RunGraph
from cellwright.console.runs.drawing import Box, Drawing, draw
from cellwright.console.runs.words import PLACES, Word
from cellwright.model.address import UnitAddress

_LONGEST = 24
"""Characters that a node has room for."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit, or the units of one stack."""

    box: Box
    title: str
    below: str
    """In which cell; or how many units are over."""
    word: Word
    """Where it is; of several units, where the one is that needs somebody most."""
    link: str


@dataclass(frozen=True, slots=True)
class GraphPicture:
    """All that a template draws."""

    drawing: Drawing
    nodes: tuple[Node, ...]
    grouped: bool


def graph_picture(run: str, graph: RunGraph, places: Mapping[UnitAddress, str]) -> GraphPicture:
    """Draw a run's graph with its units where they are."""
    counts = graph.counts(places)
    drawing = draw(graph.waits)
    nodes = tuple(_node(run, box, counts[box.key], grouped=graph.grouped) for box in drawing.boxes)
    return GraphPicture(drawing, nodes, graph.grouped)


def _node(run: str, box: Box, counts: Mapping[str, int], *, grouped: bool) -> Node:
    # PLACES begins with what needs somebody: a failure, then a question.
    place = next((place for place in PLACES if counts.get(place)), "")
    word = PLACES.get(place, Word("not known", "off"))
    cell, _, stack = box.key.rpartition("/")
    if not grouped:
        link = f"/runs/{run}/units/{box.key}"
        return Node(box, _shortened(stack), _shortened(cell), word, link)
    amount, those = sum(counts.values()), counts.get(place, 0)
    same = "" if those == amount else f"{those:,} of "
    below = f"{same}{amount:,} {word.of(those).text}"
    level = cell or box.key
    query = f"q={level}/&place={place}" if place else f"q={level}/"
    return Node(box, _shortened(f"{level}/*/{stack}"), _shortened(below), word, f"/runs/{run}?{query}#units")


def _shortened(text: str) -> str:
    """Cut the middle out: names often differ at their ends."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
