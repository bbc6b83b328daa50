"""Stops running commands: interrupt, then kill."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Protocol


class StopLevel(IntEnum):
    """How urgently commands are to stop."""

    NONE = 0
    INTERRUPT = 1
    """Terraform is interrupted: it completes the resource operations that are under way."""
    KILL = 2


class Stoppable(Protocol):
    """A running command."""

    def interrupt(self) -> None:
        """Send it an interrupt."""

    def kill(self) -> None:
        """Kill it and everything that it started."""


class Cancellation:
    """Stops the commands of one run: those that run now, and those that would start later."""

    __slots__ = ("_asked", "_level", "_lock", "_targets")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._level = StopLevel.NONE
        self._targets: list[Stoppable] = []

    @property
    def level(self) -> StopLevel:
        """The most urgent level requested so far."""
        return self._level

    def request(self, level: StopLevel) -> None:
        """Stop all registered commands; a lower level than before changes nothing."""
        with self._lock:
            if level <= self._level:
                return
            self._level = level
            targets = tuple(self._targets)
        self._asked.set()
        for target in targets:
            _stop(target, level)

    def pause(self, seconds: float) -> None:
        """Sleep; a request ends the pause."""
        self._asked.wait(seconds)

    @contextmanager
    def registered(self, target: Stoppable) -> Iterator[None]:
        """Stop `target` on any request during the block; at once if there was one before."""
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
