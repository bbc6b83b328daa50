"""The period that evidence is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cellwright.ledger.database.clock import iso
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment up to another, which is not within."""

    since: datetime
    until: datetime

    def to_json(self) -> dict[str, str]:
        """Write it down."""
        return {"from": iso(self.since), "to": iso(self.until)}

    def over(self, now: datetime) -> bool:
        """Tell whether nothing can be added to it any more."""
        return self.until <= now


def last_day(until: str) -> str:
    """The last day of a period that is written down, for people; a period of whole days ends at midnight."""
    try:
        return f"{datetime.fromisoformat(until) - timedelta(microseconds=1):%Y-%m-%d}"
    except (ValueError, OverflowError):
        return until


def checked_period(since: datetime, until: datetime, now: datetime) -> Period:
    """Give the period, if there can be evidence about it; it may end with the present day.

    Raises:
        DiagnosticError: it ends before it begins, or lies in the future.
    """
    if since >= until:
        told = f"the period ends ({iso(until)}) before it begins ({iso(since)})"
        raise DiagnosticError(error(told, "give an earlier --from or a later --to"))
    if since >= now:
        told = f"the period begins in the future ({iso(since)})"
        raise DiagnosticError(error(told, "give a --from that has passed"))
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if until > tomorrow:
        told = f"the period ends in the future ({iso(until)})"
        raise DiagnosticError(error(told, "give a --to that is not after today"))
    return Period(since, until)
