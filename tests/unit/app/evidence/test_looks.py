"""Looks for drift are counted by window and by day, within the period."""

from datetime import UTC, datetime
from typing import cast

from cellwright.app.evidence.looks import look_rows
from cellwright.app.evidence.period import Period
from cellwright.ledger.drift.drifts import Drifts
from cellwright.ledger.drift.values import Window

PERIOD = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


class Looked:
    """Stands for what a ledger has of drift."""

    def __init__(self) -> None:
        self.windows = self

    def newest(self, limit: int) -> tuple[Window, ...]:
        windows = (
            Window(schedule="nightly", begins=1, ends=2, run="R2", opened_at="2026-11-03T01", units=7),
            Window(schedule="nightly", begins=0, ends=1, run="R1", opened_at="2026-10-31T01", units=7),
        )
        return windows[:limit]

    def looked(self) -> dict[str, str]:
        return {"a": "2026-11-03T02", "b": "2026-11-03T03", "c": "2026-12-01T01"}


def test_windows_and_days_of_the_period_have_rows() -> None:
    found = list(look_rows(cast("Drifts", Looked()), PERIOD))
    assert [(row["action"], row["found"]) for row in found] == [
        ("window opened", "7 units to look at, 0 left for the next window"),
        ("last look", "2 units were looked at last on this day"),
    ]
    assert found[0]["subject"] == "R2"
