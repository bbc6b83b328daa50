"""Looks for drift in a period: windows of schedules, and on which day each unit was looked at last."""

from collections import Counter
from collections.abc import Iterator

from cellwright.app.evidence.period import Period
from cellwright.evidence.sorting import Row
from cellwright.ledger.database.clock import iso
from cellwright.ledger.drift.drifts import Drifts

_DAY = len("2026-11-22")
_MOST = 100_000
"""Windows that are looked through."""


def look_rows(drift: Drifts, period: Period) -> Iterator[Row]:
    """Give a row for each window of the period, and for each of its days on which units were looked at."""
    since, until = iso(period.since), iso(period.until)
    for window in reversed(drift.windows.newest(_MOST)):
        if since <= window.opened_at < until:
            yield {
                "time": window.opened_at,
                "who": f"schedule {window.schedule}",
                "action": "window opened",
                "subject": window.run,
                "found": f"{window.units} units to look at, {window.left_out} left for the next window",
            }
    days = Counter(looked[:_DAY] for looked in drift.looked().values() if since <= looked < until)
    for day, count in sorted(days.items()):
        yield {"time": day, "action": "last look", "found": f"{count} units were looked at last on this day"}
