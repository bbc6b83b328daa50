"""Cron expressions in a time zone: when windows begin. Changes of the clocks are those that cron knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_FIELDS = 5
_LOOKED_AT = 800
"""Beginnings that are compared to find the shortest time between two: more than two years of a daily one."""
_FROM = datetime(2026, 1, 1, tzinfo=UTC)


class CronError(ValueError):
    """An expression that can't be used; the text says why, for people."""


def check_cron(cron: str, zone: str) -> None:
    """Look whether an expression can be used.

    Raises:
        CronError: it can't be read, or names no day that ever comes.
    """
    if len(cron.split()) != _FIELDS:
        raise CronError(
            "write five fields: minute, hour, day of month, month, day of week, as in `0 2 * * *`"
        )
    try:
        next(beginnings(cron, zone, _FROM))
    except CronSimError as fault:
        field = str(fault).removeprefix("Bad ")
        raise CronError(f"the {field} can't be read; `0 2 * * *` is every day at 2:00") from None
    except StopIteration:
        raise CronError("no such day ever comes") from None


def shortest_gap(cron: str, zone: str) -> timedelta:
    """Give the shortest time between two beginnings: an hour less, where clocks go forward between them."""
    found = beginnings(cron, zone, _FROM)
    times = [moment for _, moment in zip(range(_LOOKED_AT), found, strict=False)]
    gaps = [later - earlier for earlier, later in pairwise(times) if later > earlier]
    return min(gaps, default=timedelta.max)


def beginnings(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Give the moments after `after` at which windows begin, in UTC."""
    for moment in CronSim(cron, after.astimezone(ZoneInfo(zone))):
        yield moment.astimezone(UTC)
