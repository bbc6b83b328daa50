"""Windows of schedules: by cron and time zone, also where clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.drift.cron import CronError, check_cron, shortest_gap
from cellwright.drift.windows import Span, next_window, window_at
from cellwright.model.position import Position
from cellwright.model.settings.drift_settings import ScheduleSettings

HOUR = timedelta(hours=1)


def schedule(cron: str = "0 2 * * *", zone: str = "Europe/Zurich", hours: int = 6) -> ScheduleSettings:
    return ScheduleSettings(
        name="nightly",
        cells=("*",),
        cron=cron,
        zone=zone,
        window=hours * 3600,
        position=Position("fleet.yaml"),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-27T00:59:59", None),
        ("2026-11-27T01:00:00", "2026-11-27T01:00:00"),
        ("2026-11-27T06:59:59", "2026-11-27T01:00:00"),
        ("2026-11-27T07:00:00", None),
        ("2026-07-01T00:00:00", "2026-07-01T00:00:00"),
    ],
)
def test_a_window_is_open_from_its_first_moment_to_the_one_before_its_end(
    now: str, begins: str | None
) -> None:
    expected = None if begins is None else Span(utc(begins), utc(begins) + 6 * HOUR)
    assert window_at(schedule(), utc(now)) == expected


def test_where_clocks_go_forward_a_time_that_is_left_out_comes_as_soon_as_it_can() -> None:
    half_past = schedule("30 2 * * *")
    found = {window_at(half_past, utc("2026-03-29T00:00:00") + timedelta(minutes=m)) for m in range(600)}
    assert found == {None, Span(utc("2026-03-29T01:00:00"), utc("2026-03-29T07:00:00"))}


def test_where_clocks_go_back_a_window_comes_once() -> None:
    half_past = schedule("30 2 * * *", hours=1)
    found = {window_at(half_past, utc("2026-10-25T00:00:00") + timedelta(minutes=m)) for m in range(600)}
    assert found == {None, Span(utc("2026-10-25T00:30:00"), utc("2026-10-25T01:30:00"))}


@given(
    moment=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2029, 1, 1)),  # noqa: DTZ001
    zone=st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe"]),
    cron=st.sampled_from(["0 2 * * *", "30 2 * * 1-5", "15 1,13 * * *", "0 */8 * * *"]),
)
def test_a_moment_is_in_the_window_that_it_gets(moment: datetime, zone: str, cron: str) -> None:
    now = moment.replace(tzinfo=UTC)
    there = schedule(cron, zone)
    found = window_at(there, now)
    if found is not None:
        assert found.begin <= now < found.end
        assert window_at(there, found.begin) == found
    following = next_window(there, now)
    assert following is not None
    assert following.begin > now
    assert window_at(there, following.begin) == following


@pytest.mark.parametrize(
    ("cron", "hours"), [("0 2 * * *", 23), ("0 */6 * * *", 5), ("0 2 * * 0", 167), ("*/30 * * * *", 0.5)]
)
def test_the_shortest_time_between_two_windows_counts_that_clocks_go_forward(cron: str, hours: float) -> None:
    assert shortest_gap(cron, "Europe/Zurich") >= timedelta(hours=hours)
    assert shortest_gap(cron, "Europe/Zurich") <= timedelta(hours=hours + 1)


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("@daily", "five fields"),
        ("0 0 2 * * *", "five fields"),
        ("0 25 * * *", "hour"),
        ("x 2 * * *", "minute"),
        ("0 2 * * MONDAY", "day-of-week"),
        ("0 0 30 2 *", "day-of-month"),
        ("", "five fields"),
    ],
)
def test_an_expression_that_can_t_be_used_is_told_why(cron: str, said: str) -> None:
    with pytest.raises(CronError, match=said):
        check_cron(cron, "UTC")
