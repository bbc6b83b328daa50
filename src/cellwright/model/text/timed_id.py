"""Makes ids that sort by time: `20261127-113319-ceae`."""

import secrets
from datetime import datetime

_SHARE_DIGITS = 3
"""Hexadecimal digits for the fraction of the second: a step is a quarter of a millisecond."""
_STEPS = 16**_SHARE_DIGITS
_SECOND = 1_000_000


def timed_id(moment: datetime, digits: int) -> str:
    """Make an id of a moment; of two moments of one second the later one's sorts after the other's.

    Args:
        moment: in UTC.
        digits: hexadecimal digits at the end; all but three of them are random.
    """
    share = moment.microsecond * _STEPS // _SECOND
    random = secrets.randbits(4 * (digits - _SHARE_DIGITS))
    return f"{moment:%Y%m%d-%H%M%S}-{share:0{_SHARE_DIGITS}x}{random:0{digits - _SHARE_DIGITS}x}"
