from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from cellwright.ledger.database.clock import from_milliseconds, iso, milliseconds


def test_times_are_told_in_utc_with_microseconds() -> None:
    moment = datetime(2026, 11, 22, 23, 48, 12, tzinfo=timezone(timedelta(hours=2)))
    assert iso(moment) == "2026-11-22T21:48:12.000000+00:00"


@given(st.integers(0, 4_102_444_800_000))
def test_milliseconds_are_read_back(count: int) -> None:
    assert milliseconds(from_milliseconds(count)) == count


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_a_moment_keeps_its_milliseconds(moment: datetime) -> None:
    assert timedelta(0) <= moment - from_milliseconds(milliseconds(moment)) < timedelta(milliseconds=1)
