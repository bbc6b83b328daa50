"""A square for each cell, coloured by its state: ten thousand of them in a few hundred bytes.

Neighbours of one state are drawn as one rectangle; lines over all of it make the squares.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cellwright.app.overview.cell_state import CellState

_SHAPE = 6
"""So many times as wide as high."""
_NARROWEST = 25


@dataclass(frozen=True, slots=True)
class Squares:
    """A picture in units of one square."""

    columns: int
    rows: int
    paths: Mapping[CellState, str]
    """The rectangles of each state, as an SVG path."""


def squares(states: Sequence[CellState]) -> Squares:
    """Draw cells row by row."""
    columns = max(_NARROWEST, math.isqrt(len(states) * _SHAPE))
    parts: dict[CellState, list[str]] = {}
    for start in range(0, len(states), columns):
        row = start // columns
        place = 0
        for state, group in groupby(states[start : start + columns]):
            width = sum(1 for _ in group)
            parts.setdefault(state, []).append(f"M{place} {row}h{width}v1h-{width}z")
            place += width
    rows = -(-len(states) // columns) if states else 0
    return Squares(columns, rows, {state: "".join(path) for state, path in parts.items()})
