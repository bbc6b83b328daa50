"""Does something again and again beside other work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(work: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `work`, which must not raise, every so many seconds in a thread while the context lasts."""
    ended = threading.Event()
    thread = threading.Thread(target=_repeat, args=(work, seconds, ended), name="repeating", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _repeat(work: Callable[[], None], seconds: float, ended: threading.Event) -> None:
    while not ended.wait(seconds):
        work()
