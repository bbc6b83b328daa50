"""Asking what runs to stop: first kindly, then not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Protocol


class StopLevel(IntEnum):
    """How urgently everything is to stop."""

    NONE = 0
    INTERRUPT = 1
    """Terraform is asked to stop and finishes what it can't leave half done."""
    KILL = 2


class Stoppable(Protocol):
    """A running command."""

    def interrupt(self) -> None:
        """Ask it to stop."""

    def kill(self) -> None:
        """End it and all that it started."""


class Cancellation:
    """One for a whole run: a request reaches every command that runs and every one that would start later."""

    __slots__ = ("_asked", "_level", "_lock", "_targets")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._level = StopLevel.NONE
        self._targets: list[Stoppable] = []

    @property
    def level(self) -> StopLevel:
        """What was asked for so far."""
        return self._level

    def request(self, level: StopLevel) -> None:
        """Stop everything that runs; a lower level than before changes nothing."""
        with self._lock:
            if level <= self._level:
                return
            self._level = level
            targets = tuple(self._targets)
        self._asked.set()
        for target in targets:
            _stop(target, level)

    def pause(self, seconds: float) -> None:
        """Sleep, but not past a request."""
        self._asked.wait(seconds)

    @contextmanager
    def reaching(self, target: Stoppable) -> Iterator[None]:
        """Let requests reach `target` inside the block; one made before reaches it at once."""
        with self._lock:
            self._targets.append(target)
            level = self._level
        _stop(target, level)
        try:
            yield
        finally:
            with self._lock:
                self._targets.remove(target)


def _stop(target: Stoppable, level: StopLevel) -> None:
    if level is StopLevel.KILL:
        target.kill()
    elif level is StopLevel.INTERRUPT:
        target.interrupt()
