"""`diff` of a large fleet stays readable: many cells are one listing, and what is left out is counted."""

from io import StringIO

import pytest
from rich.console import Console

from cellwright.app.fleet.comparing.change import Change, ChangeGroup, ChangeKind, FleetDiff, Side, Subject
from cellwright.cli.views.look.diff import diff
from cellwright.cli.views.markdown.diff import diff_page
from cellwright.cli.views.markdown.page import LONGEST
from cellwright.model.address import CellAddress, UnitAddress

CELLS = tuple(CellAddress("client", f"client-{number:05}") for number in range(10_000))
CHANGES = (Change(Subject.INPUT, "size", Side.of(1), Side.of(2)),)


def found(*groups: ChangeGroup, new: int = 0) -> FleetDiff:
    return FleetDiff(
        fleet="large",
        before="main",
        after="the work tree",
        new_cells=dict.fromkeys(CELLS[:new], 6),
        gone_cells={},
        cells=(),
        groups=groups,
        policies=(),
        unchanged=3,
    )


def group(*cells: CellAddress, changes: tuple[Change, ...] = CHANGES) -> ChangeGroup:
    units = tuple(UnitAddress(cell.level, cell.cell, "app") for cell in cells)
    return ChangeGroup(kind=ChangeKind.CHANGED, units=units, changes=changes)


def shown(item: FleetDiff, width: int, *, every: bool = False) -> list[str]:
    out = StringIO()
    Console(file=out, width=width).print(diff(item, every=every))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 140])
def test_thousands_of_cells_are_a_few_lines(width: int) -> None:
    lines = shown(found(group(*CELLS), new=10_000), width)
    assert len(lines) < 12
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "client/client-00002 and 9,997 more cells new, 60,000 units" in text
    assert (
        "~ app in client/client-00000, client/client-00001, client/client-00002 and 9,997 more cells" in text
    )


def test_a_few_new_cells_have_a_line_each_and_all_have_with_all() -> None:
    assert sum("new, 6 units" in line for line in shown(found(new=9), 80)) == 9
    assert sum("new, 6 units" in line for line in shown(found(new=30), 80, every=True)) == 30


def test_a_page_for_a_comment_counts_what_it_leaves_out() -> None:
    one = diff_page(found(group(*CELLS)))
    assert "and 9,800 more cells" in one
    other = [(Change(Subject.INPUT, "size", Side.of(1), Side.of(number)),) for number in range(len(CELLS))]
    many = diff_page(found(*(group(cell, changes=item) for cell, item in zip(CELLS, other, strict=True))))
    assert len(many) <= LONGEST
    assert "more rows" in many
    assert "of 10,000 parts did not fit into one comment" in many
