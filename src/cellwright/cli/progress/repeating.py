"""Does something in a thread beside other work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(work: Callable[[threading.Event], None], name: str) -> Iterator[None]:
    """Run `work`, which must not raise, in a thread; after the context its event is set and it is awaited."""
    ended = threading.Event()
    thread = threading.Thread(target=work, args=(ended,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def repeating(work: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `work`, which must not raise, every so many seconds in a thread while the context lasts."""

    def repeat(ended: threading.Event) -> None:
        while not ended.wait(seconds):
            work()

    with beside(repeat, "repeating"):
        yield
