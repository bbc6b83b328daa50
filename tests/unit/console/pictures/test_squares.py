"""A square for each cell: every cell is drawn once, in its state's colour and at its place."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cellwright.app.overview.cell_state import CellState
from cellwright.console.pictures.squares import squares

_RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


@given(st.lists(st.sampled_from(CellState), max_size=400))
def test_every_cell_is_drawn_once_at_its_place(states: list[CellState]) -> None:
    picture = squares(states)
    drawn: dict[int, CellState] = {}
    for state, path in picture.paths.items():
        assert "".join(found.group() for found in _RECTANGLE.finditer(path)) == path
        for x, y, width, back in _RECTANGLE.findall(path):
            assert width == back
            assert int(x) + int(width) <= picture.columns
            for place in range(int(x), int(x) + int(width)):
                number = int(y) * picture.columns + place
                assert number not in drawn
                drawn[number] = state
    assert [drawn[number] for number in range(len(drawn))] == states


def test_ten_thousand_cells_of_one_state_are_a_few_hundred_bytes() -> None:
    picture = squares([CellState.APPLIED] * 10_000)
    assert len(picture.paths[CellState.APPLIED]) < 1000
