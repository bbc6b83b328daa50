"""Where the ledger gets the time from."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware of its time zone."""


def iso(moment: datetime) -> str:
    """`moment` as the ledger writes it: UTC, ISO 8601, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def milliseconds(moment: datetime) -> int:
    """`moment` as a number that databases compare alike: milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(count: int) -> datetime:
    """The reverse of `milliseconds`."""
    return _EPOCH + count * _MILLISECOND
