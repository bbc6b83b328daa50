"""Rare garbage collection during a command: a fleet is a million objects, and hardly any become garbage."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (300_000, 20, 100)
"""New objects before the youngest ones are searched, and how often that is done before older ones are."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collect rarely within the block, and not at the end of the process, which frees its memory anyway.

    For the process of a single command only: these settings are the whole process's.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        # Lower thresholds would have all that was made searched at once. This counts it as searched before.
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*before)
