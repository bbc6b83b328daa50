"""Waiting for something that another process does."""

import time
from collections.abc import Callable

from patience import PATIENCE


def eventually(happened: Callable[[], bool], what: str) -> None:
    """Return as soon as it has happened.

    Raises:
        AssertionError: it did not.
    """
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)
