"""Dates as people write them."""

import re
from datetime import date

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def real_date(value: object) -> date | None:
    """Read `2026-12-31`; None if it is no text of this form, or there is no such day."""
    if not isinstance(value, str) or not _FORM.match(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
