"""A lock for threads: many may read at once, or one writes alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, local


@dataclass(slots=True)
class SharedLock:
    """A writer who waits lets no new reader in; a thread that reads may read again, and must not write."""

    _changed: Condition = field(init=False, default_factory=Condition)
    _readers: int = field(init=False, default=0)
    _writers: int = field(init=False, default=0)
    """Those that write or wait to."""
    _writing: bool = field(init=False, default=False)
    _own: local = field(init=False, default_factory=local)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep writers out during the block."""
        if getattr(self._own, "reads", False):
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: self._writers == 0)
            self._readers += 1
        self._own.reads = True
        try:
            yield
        finally:
            self._own.reads = False
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep everybody else out during the block."""
        with self._changed:
            self._writers += 1
            self._changed.wait_for(lambda: self._readers == 0 and not self._writing)
            self._writing = True
        try:
            yield
        finally:
            with self._changed:
                self._writers -= 1
                self._writing = False
                self._changed.notify_all()
