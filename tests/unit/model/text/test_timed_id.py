import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.text.timed_id import timed_id

FIRST, LAST = datetime(2020, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
MOMENTS = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC))


@given(MOMENTS, st.integers(250, 10**9), st.integers(4, 8))
def test_the_id_of_a_later_moment_sorts_later(moment: datetime, microseconds: int, digits: int) -> None:
    later = moment + timedelta(microseconds=microseconds)
    assert timed_id(moment, digits) < timed_id(later, digits)


@given(MOMENTS, st.integers(4, 8))
def test_it_tells_the_time_and_has_as_many_digits_as_are_wanted(moment: datetime, digits: int) -> None:
    made = timed_id(moment, digits)
    assert re.fullmatch(rf"\d{{8}}-\d{{6}}-[0-9a-f]{{{digits}}}", made)
    assert made.startswith(f"{moment:%Y%m%d-%H%M%S}-")


def test_two_of_one_moment_differ() -> None:
    now = datetime(2026, 11, 27, 11, 33, 19, tzinfo=UTC)
    assert len({timed_id(now, 8) for _ in range(50)}) > 45
