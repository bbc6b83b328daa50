"""The window of a schedule in which a moment lies."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cellwright.drift.cron import beginnings
from cellwright.model.settings.drift_settings import ScheduleSettings

_HOUR = timedelta(hours=1)
"""By so much a clock goes back: a beginning may be named twice that day."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to the one before which it ends; both in UTC."""

    begin: datetime
    end: datetime


def window_at(schedule: ScheduleSettings, now: datetime) -> Span | None:
    """Give the window that is open at a moment; None between two windows."""
    length = timedelta(seconds=schedule.window)
    found = None
    for moment in beginnings(schedule.cron, schedule.zone, now - length - _HOUR):
        if moment > now:
            break
        found = moment
    if found is None or found + length <= now:
        return None
    return Span(found.astimezone(UTC), (found + length).astimezone(UTC))


def next_window(schedule: ScheduleSettings, now: datetime) -> Span | None:
    """Give the window that begins next."""
    for moment in beginnings(schedule.cron, schedule.zone, now):
        if moment > now:
            return Span(moment, moment + timedelta(seconds=schedule.window))
    return None
