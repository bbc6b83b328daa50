"""Moments as the ledger writes them, which compare as text."""

from datetime import UTC, datetime, timedelta


def moment(time: str) -> datetime:
    """Read a moment.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(time).astimezone(UTC)


def written(time: datetime) -> str:
    """Write a moment: UTC, ISO 8601, to the second, as no provider promises more."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def days_later(time: str, days: int) -> str:
    """Give the moment that many days after another one, to the second."""
    return written(moment(time) + timedelta(days=days))
