"""Times as arguments: a day, a time of day, or how long ago; UTC where no zone is given."""

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"([0-9]{1,6})([smhdw])\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def parse_time(text: str, now: datetime, *, whole_day: bool = False) -> datetime:
    """Read `2026-11-22`, `2026-11-22 21:48`, `2026-11-22T21:48:12+01:00`, or `90m`, `12h`, `7d` ago.

    With `whole_day` a day without a time means its end, not its beginning.

    Raises:
        ValueError: `text` is none of these, or the time is outside the calendar.
    """
    try:
        if match := _AGO.match(text):
            return now - timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})
        found = datetime.fromisoformat(text)
        if whole_day and _DAY.match(text):
            found += timedelta(days=1)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"'{text}' is no time: write 2026-11-22, 2026-11-22T21:48:12, or 90m, 12h, 7d for how long ago"
        ) from None
