"""Dispatchers wake hands when units may begin; which unit is next is for the ledger to say."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Take: TypeAlias = Callable[[], bool]
"""Claims a unit and carries it out; False at once if none may begin."""


class Dispatcher(Protocol):
    """Calls `take` on as many threads as there are hands, whenever units may begin.

    A wake is a hint: one that is lost, or that comes twice, or comes when nothing may begin, does no harm.
    """

    def start(self, take: Take, hands: int) -> None:
        """Begin to call `take`, on so many threads at most."""

    def wake(self, run_id: str) -> None:
        """Tell that units of a run may begin: here, or on another machine. Never fails, and returns soon."""

    def tidy(self) -> None:
        """Remove wakes that nobody will take up any more; never fails."""

    def stop(self) -> None:
        """Call `take` no more, and return when the last call has returned."""


@dataclass(slots=True)
class ThreadDispatcher:
    """Threads of this process, woken by this process only."""

    _changed: threading.Condition = field(init=False, default_factory=threading.Condition)
    _wakes: int = field(init=False, default=0)
    _stopped: bool = field(init=False, default=False)
    _threads: list[threading.Thread] = field(init=False, default_factory=list)

    def start(self, take: Take, hands: int) -> None:
        """Start the threads."""
        for number in range(hands):
            thread = threading.Thread(target=self._work, args=(take,), name=f"hand-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def wake(self, run_id: str) -> None:  # noqa: ARG002  the protocol's parameter
        """Wake one thread that has found nothing."""
        with self._changed:
            self._wakes += 1
            self._changed.notify()

    def tidy(self) -> None:
        """Do nothing: a wake is gone when it was heard."""

    def stop(self) -> None:
        """Let each thread end what it has taken."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self, take: Take) -> None:
        seen = -1
        while (woken := self._next_wake(seen)) is not None:
            seen = woken
            while not self._is_stopped() and take():
                pass

    def _next_wake(self, seen: int) -> int | None:
        """Wait for a wake after the one that was seen; one during the last look counts. None: stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._wakes != seen)
            return None if self._stopped else self._wakes

    def _is_stopped(self) -> bool:
        return self._stopped
