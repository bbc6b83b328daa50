"""How the process of a server shares one core and its memory between its threads."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (50_000, 20, 20)
"""New objects before the youngest ones are searched: some ten milliseconds in which nobody is answered."""
_SWITCH = 0.001
"""Seconds after which a thread that only computes lets another one go on; by default it is five times that.
A page asks the ledger several times, and waits so long after each answer while a fleet is read beside it."""
_ARENAS, _MOST_ARENAS = -8, 2
"""`M_ARENA_MAX` of glibc's mallopt: each of many threads would keep freed memory to itself, 100 MB in all."""


@contextmanager
def server_process() -> Iterator[None]:
    """Set it within the block: these settings are the whole process's. To be called before threads begin."""
    _share_memory()
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(*_THRESHOLDS)
    sys.setswitchinterval(_SWITCH)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        sys.setswitchinterval(interval)


def _share_memory() -> None:
    """Have threads share freed memory, where the C library is glibc; it stays so."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENAS, _MOST_ARENAS)


def settle() -> None:
    """Leave what there is now out of later searches for garbage: the fleet, half a million objects.

    To search them takes a fifth of a second. What is garbage by now is found first, as far as it is new.
    """
    gc.collect(1)
    gc.freeze()
