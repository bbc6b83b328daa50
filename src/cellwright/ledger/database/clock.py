"""The ledger's clock and its forms of time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """A source of the present time."""

    def now(self) -> datetime:
        """The present moment, aware of its time zone."""


def iso(moment: datetime) -> str:
    """`moment` as the ledger writes it: UTC, ISO 8601, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def milliseconds(moment: datetime) -> int:
    """`moment` as milliseconds since 1970, which all databases compare alike."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(count: int) -> datetime:
    """The reverse of `milliseconds`."""
    return _EPOCH + count * _MILLISECOND
