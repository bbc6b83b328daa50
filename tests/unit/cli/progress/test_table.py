import io
from collections import Counter
from dataclasses import replace

import pytest

from cellwright.cli.progress.board import Activity, Line, Picture
from cellwright.cli.progress.table import FRAME, Table, bar, rows_for
from cellwright.cli.screen.screen import Screen
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.progress import Phase
from cellwright.model.runs.run import Outcome, RunKind
from unit.cli.progress.made_up_run import run_of, units

A, B, C, D, E = units(5)


def picture(*lines: Line, outcomes: Counter[Outcome] | None = None, hidden: int = 0) -> Picture:
    return Picture(
        run=run_of(A, B, C, D, E),
        elapsed=83.0,
        outcomes=outcomes or Counter(),
        active=2,
        waiting=3,
        lines=lines,
        hidden=hidden,
        now=100.0,
    )


def drawn(found: Picture, width: int = 80, interrupts: int = 0) -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    Screen(stream, width=width).print(Table(found, interrupts))
    stream.seek(0)
    return stream.read().splitlines()


EVERYTHING = (
    Line(unit=A, outcome=Outcome.APPLIED, seconds=14.0, counts=ResourceCounts(add=2, change=1)),
    Line(unit=B, outcome=Outcome.FAILED, seconds=3.0, fault="creating\n  ECS Service: refused"),
    Line(
        unit=C,
        phase=Phase.APPLYING,
        since=17.0,
        counts=ResourceCounts(add=30, replace=1),
        done=7,
        activities=(
            Activity('module.network.aws_route_table_association.private["us-east-1a"]', "create", 79.0),
            Activity("aws_vpc.main", "update", 99.5),
        ),
    ),
    Line(unit=D, phase=Phase.AWAITING_APPROVAL, since=98.0),
    Line(unit=E, phase=Phase.WAITING, note="held by run x"),
)


def test_each_unit_has_one_line() -> None:
    title, counts, blank, *lines = drawn(
        picture(*EVERYTHING, outcomes=Counter({Outcome.APPLIED: 1, Outcome.FAILED: 1}))
    )
    assert title.startswith("apply 20261122-214812-3f9a  ━")
    assert title.endswith("  2/7  1m23s")
    assert counts == "2 running  1 applied  1 failed  3 waiting"
    assert blank == ""
    assert [line.rstrip() for line in lines] == [
        "✓ client/client-0000/app  applied       +2 ~1                               14s",
        "✗ client/client-0001/app  failed        creating ECS Service: refused        3s",
        '⠋ client/client-0002/app  applying      7/32 modul…-1a"] creating 21s +1  1m23s',
        "? client/client-0003/app  approval?                                          2s",
        "· client/client-0004/app  waiting       held by run x",
    ]


def test_the_last_that_was_said_stands_beside_a_unit_that_is_quiet() -> None:
    def activity(said_at: float) -> str:
        line = Line(unit=A, phase=Phase.PLANNING, since=17.0, said="Terraform 1.11.4", said_at=said_at)
        return drawn(picture(line))[-1].partition("planning")[2].strip()

    assert activity(said_at=38.0).startswith("1m02s ago: Terraform 1.11.4 ")
    assert activity(said_at=96.0) == "1m23s"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 300])
@pytest.mark.parametrize("interrupts", [0, 1, 2, 3])
def test_no_line_is_ever_wider_than_the_terminal(width: int, interrupts: int) -> None:
    long = Line(unit=UnitAddress("client", "c" * 63, "s" * 63), phase=Phase.PLANNING)
    lines = drawn(picture(*EVERYTHING, long, hidden=7), width, interrupts)
    assert max(len(line) for line in lines) <= width
    assert len(lines) == FRAME + len(EVERYTHING) + 1


@pytest.mark.parametrize("height", [1, 2, 5, 6, 10, 24, 50, 500])
def test_the_table_fits_the_terminals_height(height: int) -> None:
    rows = rows_for(height)
    assert rows >= 1
    assert rows + FRAME < max(height, FRAME + 2)


def test_a_narrow_table_keeps_the_addresses_of_units() -> None:
    assert "client/client-0003/app" in drawn(picture(*EVERYTHING), width=50)[6]


@pytest.mark.parametrize(
    ("interrupts", "said"),
    [
        (1, "stopping after what runs; press Ctrl-C again to kill"),
        (2, "killing what runs"),
        (3, "killing what runs"),
    ],
)
def test_the_table_says_what_an_interrupt_does(interrupts: int, said: str) -> None:
    assert drawn(picture(*EVERYTHING, hidden=3), interrupts=interrupts)[-1] == said


def test_units_without_a_line_are_counted() -> None:
    assert drawn(picture(*EVERYTHING, hidden=3))[-1] == "  and 3 more units running"


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({}, "──────────"),
        ({Outcome.APPLIED: 5}, "━━━━━─────"),
        ({Outcome.APPLIED: 4, Outcome.FAILED: 1}, "━━━━━─────"),
        ({Outcome.FAILED: 1}, "━─────────"),
    ],
)
def test_the_bar_is_read_without_colours(outcomes: dict[Outcome, int], expected: str) -> None:
    done = sum(outcomes.values())
    found = Picture(
        run=run_of(),
        elapsed=0,
        outcomes=Counter(outcomes),
        active=0,
        waiting=10 - done,
        lines=(),
        hidden=0,
        now=0,
    )
    assert bar(found, 10).plain == expected


def test_the_bar_counts_the_resources_of_running_units() -> None:
    line = Line(unit=A, phase=Phase.APPLYING, counts=ResourceCounts(add=10), done=5)
    found = picture(line)
    assert bar(found, 10).plain == "──────────"
    assert bar(replace(found, share=line.share, active=1, waiting=0), 10).plain == "━━━━━━────"


def test_a_unit_to_be_destroyed_is_shown_as_destroyed() -> None:
    going = Line(unit=A, destroy=True, phase=Phase.APPLYING, since=90.0)
    gone = Line(unit=B, destroy=True, outcome=Outcome.APPLIED)
    found = replace(
        picture(going, gone, outcomes=Counter({Outcome.APPLIED: 1})), run=run_of(A, B, kind=RunKind.DESTROY)
    )
    _, counts, _, first, second = drawn(found)
    assert "1 destroyed" in counts
    assert "destroying" in first
    assert "destroyed" in second
