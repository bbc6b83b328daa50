"""Each worker begins with tests that wait, and ends with those that compute."""

from dealing import deal


def together(item: str) -> str | None:
    return item[0] if item[0].isupper() else None


def test_each_piece_begins_with_its_share_of_those_that_wait() -> None:
    items = ["A1", "A2", "B1", "C1", *(f"u{number}" for number in range(6))]

    assert deal(items, 2, together) == ["A1", "A2", "C1", "u0", "u1", "B1", "u2", "u3", "u4", "u5"]


def test_nothing_is_lost_where_a_group_is_larger_than_a_piece() -> None:
    items = ["A1", "A2", "A3", "A4", "B1", "u1", "u2"]

    dealt = deal(items, 3, together)

    assert sorted(dealt) == sorted(items)
    assert dealt[:2] == ["B1", "A1"]


def test_one_worker_takes_them_as_they_are() -> None:
    assert deal(["A1", "B1", "u1"], 1, together) == ["A1", "B1", "u1"]


def test_fewer_tests_than_workers() -> None:
    assert sorted(deal(["A1", "u1"], 6, together)) == ["A1", "u1"]
