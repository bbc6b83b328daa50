"""Making many values at once without stopping for the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Hold the collector off: while a fleet's values are made there is no garbage, yet it looks every time.

    That is nearly half of the time of reading 60,000 units. Threads that overlap only resume it early.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
