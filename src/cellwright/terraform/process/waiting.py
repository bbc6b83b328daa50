"""Waits for a process to end: by pidfd where the system has it, else by polling."""

import os
import select
import time
from collections.abc import Callable
from typing import Protocol

_POLL_SECONDS = 0.1
"""Between two checks without pidfd."""


class Waiter(Protocol):
    """Waits for one process."""

    def ended(self, seconds: float | None) -> bool:
        """Wait up to `seconds` (None: without limit) and tell whether the process has ended."""

    def close(self) -> None:
        """Release system resources."""


class PidfdWaiter:
    """Wakes as soon as the process ends. Linux only."""

    __slots__ = ("_descriptor", "_poll")

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def ended(self, seconds: float | None) -> bool:
        """Wait up to `seconds` and tell whether the process has ended."""
        return bool(self._poll.poll(None if seconds is None else max(seconds, 0) * 1000))

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class PollingWaiter:
    """Checks repeatedly: on systems without pidfd, and for processes of which only the lock is known."""

    __slots__ = ("_gone",)

    def __init__(self, gone: Callable[[], bool]) -> None:
        self._gone = gone

    def ended(self, seconds: float | None) -> bool:
        """Check every tenth of a second, up to `seconds`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._gone():
            left = _POLL_SECONDS if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_POLL_SECONDS, left))
        return True

    def close(self) -> None:
        """Do nothing."""


def waiter_for(pid: int, gone: Callable[[], bool]) -> Waiter:
    """Choose how to wait for process `pid`; `gone` tells whether it has ended."""
    if not hasattr(os, "pidfd_open"):
        return PollingWaiter(gone)
    try:
        return PidfdWaiter(pid)
    except OSError:  # it has ended, or the kernel is too old
        return PollingWaiter(gone)
