"""Where the ledger gets the time from."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware of its time zone."""


def iso(moment: datetime) -> str:
    """`moment` as the ledger writes it: UTC, ISO 8601, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def milliseconds(moment: datetime) -> int:
    """`moment` as a number that databases compare alike: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def from_milliseconds(count: int) -> datetime:
    """The reverse of `milliseconds`."""
    return datetime.fromtimestamp(count / 1000, UTC)
