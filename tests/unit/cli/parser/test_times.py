from datetime import UTC, datetime

import pytest

from cellwright.cli.parser.times import parse_time

NOW = datetime(2026, 11, 22, 21, 48, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20 09:30", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T09:30:05+02:00", datetime(2026, 11, 20, 7, 30, 5, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 22, 20, 18, 12, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 22, 9, 48, 12, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 15, 21, 48, 12, tzinfo=UTC)),
        ("1w", datetime(2026, 11, 15, 21, 48, 12, tzinfo=UTC)),
    ],
)
def test_times_and_durations_are_read(text: str, moment: datetime) -> None:
    assert parse_time(text, NOW) == moment


def test_a_whole_day_ends_at_midnight() -> None:
    assert parse_time("2026-11-20", NOW, whole_day=True) == datetime(2026, 11, 21, tzinfo=UTC)
    assert parse_time("2026-11-20 09:30", NOW, whole_day=True) == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert parse_time("1d", NOW, whole_day=True) == datetime(2026, 11, 21, 21, 48, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "7y", "-1d", "2026-13-01", "999999w", "9999-12-31", "0001-01-01T00:00+14:00"]
)
def test_other_text_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write 2026-11-22"):
        parse_time(text, NOW, whole_day=True)
