"""Events known from outside tell a rewritten, cut or replaced trail, and from where on it differs."""

import re
from collections.abc import Sequence

import pytest

from cellwright.ledger.known_points import KnownPoint, PointCheck
from cellwright.model.runs.event import Event


def trail(*hashes: str) -> list[Event]:
    return [
        Event(sequence=number, time="", actor="", action="", subject="", reason="", hash=digest)
        for number, digest in enumerate(hashes, 1)
    ]


def point(sequence: int | None, digest: str, source: str = "the log") -> KnownPoint:
    return KnownPoint(sequence, digest, source)


def fault(events: Sequence[Event], *points: KnownPoint) -> str | None:
    check = PointCheck(points)
    assert list(check.watch(events)) == list(events)
    return check.fault()


def test_a_trail_with_all_points_holds() -> None:
    assert fault(trail("a", "b", "c"), point(2, "b"), point(3, "c"), point(None, "a")) is None
    assert fault(trail("a")) is None


@pytest.mark.parametrize(
    ("events", "points", "told"),
    [
        (
            trail("a", "x", "y"),
            [point(2, "b")],
            "event 2 is not the one that the log has.* from event 1 to 2 on",
        ),
        (trail("a", "x", "y"), [point(1, "a"), point(2, "b")], "from event 2 on"),
        (
            trail("a", "b", "x", "y"),
            [point(1, "a"), point(4, "d"), point(3, "c")],
            "event 3 .* event 2 to 3 on",
        ),
        (trail("a"), [point(3, "c")], "ends with event 1, and the log has event 3: .* for what is left"),
        (trail("a", "b"), [point(2, "b"), point(3, "c")], "nothing vouches for what comes after event 2"),
        ([], [point(3, "c")], "ends with event 0"),
        (
            trail("a", "b"),
            [point(None, "c"), point(1, "a")],
            "no event has the hash c of the log.* after event 1",
        ),
    ],
)
def test_a_trail_that_lacks_a_point_says_from_where_on(
    events: Sequence[Event], points: Sequence[KnownPoint], told: str
) -> None:
    found = fault(events, *points)
    assert found is not None
    assert re.search(told, found), found
