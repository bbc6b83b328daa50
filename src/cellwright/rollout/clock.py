"""Times of day in a time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cellwright.rollout.plan import Step

_THOUSAND = 1000
_HOUR = 60


def is_within(step: Step, now: int) -> bool:
    """Tell whether a moment (milliseconds since 1970) is in a step's part of the day."""
    local = _local(step, now)
    minute = local.hour * _HOUR + local.minute
    if step.begin < step.end:
        return step.begin <= minute < step.end
    return minute >= step.begin or minute < step.end


def next_begin(step: Step, now: int) -> int:
    """Give the next moment at which a step's part of the day begins."""
    local = _local(step, now)
    begins = local.replace(hour=step.begin // _HOUR, minute=step.begin % _HOUR, second=0, microsecond=0)
    if begins <= local:
        begins += timedelta(days=1)
    return int(begins.astimezone(UTC).timestamp() * _THOUSAND)


def _local(step: Step, now: int) -> datetime:
    return datetime.fromtimestamp(now / _THOUSAND, UTC).astimezone(ZoneInfo(step.zone))
