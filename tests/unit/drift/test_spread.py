"""Units are spread over a window: each once, evenly, never more of an account in an hour than the budget."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cellwright.drift.spread import HOUR, Spread, spread
from cellwright.model.address import UnitAddress

BEGIN = 1_800_000_000_000


def units(count: int, account: str = "") -> dict[UnitAddress, str]:
    return {UnitAddress("client", f"c{number}", "app"): account for number in range(count)}


def most_in_an_hour(moments: list[int]) -> int:
    """The most that begin in any hour, without its end."""
    ordered, most, first = sorted(moments), 0, 0
    for place, moment in enumerate(ordered):
        while ordered[first] <= moment - HOUR:
            first += 1
        most = max(most, place - first + 1)
    return most


@given(
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    minutes=st.integers(1, 24 * 60),
    per_hour=st.none() | st.integers(1, 90),
)
def test_every_unit_comes_once_or_is_left_out_and_no_hour_has_more_than_the_budget(
    counts: list[int], minutes: int, per_hour: int | None
) -> None:
    accounts = {
        UnitAddress("client", f"c{number}-{place}", "app"): f"account-{place}"
        for place, count in enumerate(counts)
        for number in range(count)
    }
    end = BEGIN + minutes * 60_000
    found = spread(accounts, BEGIN, end, per_hour, {}, "nightly")
    assert sorted([*found.moments, *found.left_out]) == sorted(accounts)
    assert all(BEGIN <= moment < end for moment in found.moments.values())
    by_account: dict[str, list[int]] = {}
    for unit, moment in found.moments.items():
        by_account.setdefault(accounts[unit], []).append(moment)
    for account, moments in by_account.items():
        if per_hour is not None:
            assert most_in_an_hour(moments) <= per_hour
        if Counter(accounts.values())[account] > len(moments):
            assert per_hour is not None, "without a budget nothing is left out"


def test_it_is_the_same_each_time_and_other_for_another_schedule() -> None:
    first = spread(units(100), BEGIN, BEGIN + 6 * HOUR, None, {}, "nightly")
    assert spread(units(100), BEGIN, BEGIN + 6 * HOUR, None, {}, "nightly") == first
    assert spread(units(100), BEGIN, BEGIN + 6 * HOUR, None, {}, "daily") != first


def test_units_come_evenly_over_the_whole_window() -> None:
    found = spread(units(60_000), BEGIN, BEGIN + 6 * HOUR, None, {}, "nightly")
    minutes = Counter((moment - BEGIN) // 60_000 for moment in found.moments.values())
    assert len(minutes) == 360
    assert max(minutes.values()) - min(minutes.values()) <= 2


def test_where_the_budget_is_too_small_those_come_that_were_looked_at_longest_ago() -> None:
    accounts = units(10)
    seen: set[UnitAddress] = set()
    looked: dict[str, str] = {}
    for night in range(3):
        found: Spread = spread(accounts, BEGIN, BEGIN + HOUR, 4, looked, "nightly")
        assert len(found.moments) == 4
        seen |= found.moments.keys()
        looked |= {str(unit): f"2026-11-{night + 1:02}" for unit in found.moments}
    assert seen == accounts.keys(), "each of them within three windows, as each takes four of ten"
