"""Skipping tests for want of a program, and saying at the end which programs were missing."""

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

REASON = "not on this machine: "


def skip_without(what: str) -> NoReturn:
    """Skip the test that runs now: it needs something that this machine lacks."""
    pytest.skip(f"{REASON}{what}")


def count_missing(skipped: Iterable[pytest.TestReport]) -> Counter[str]:
    """Count the skipped tests by what they lacked."""
    found: Counter[str] = Counter()
    for report in skipped:
        # Of a skipped test: file, line and reason.
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        _, separator, what = reason.partition(REASON)
        found[what] += bool(separator)
    return +found
