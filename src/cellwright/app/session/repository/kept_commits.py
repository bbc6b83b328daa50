"""The fleet at commits that are worked on: opened when first needed, closed when unused for a while."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.session import FleetSession

LINGER = 60.0
"""Seconds that the fleet at a commit is kept open after its last use."""


@dataclass(slots=True)
class _Open:
    """The fleet at one commit."""

    session: FleetSession
    closing: ExitStack
    at_work: int = 0
    used: float = 0.0


@dataclass(slots=True)
class KeptCommits:
    """The fleet at any number of commits, one session each for all threads of a process."""

    opener: SessionAt
    _open: dict[str, _Open] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _opening: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def at(self, commit: str) -> Iterator[FleetSession]:
        """Give the fleet at a commit while the block lasts.

        Raises:
            DiagnosticError: the commit is gone, or holds no fleet.
        """
        found = self._taken(commit)
        try:
            yield found.session
        finally:
            with self._guard:
                found.at_work -= 1
                found.used = time.monotonic()

    def close_idle(self, seconds: float = LINGER) -> None:
        """Close those that nobody has used for so long."""
        self._close(time.monotonic() - seconds)

    def close(self) -> None:
        """Close them all; nobody is at work any more."""
        self._close(float("inf"))

    def _taken(self, commit: str) -> _Open:
        # Opening takes long: nobody who closes, or gives back, waits for it.
        with self._opening:
            found = self._known(commit)
            if found is None:
                with ExitStack() as stack:
                    session = stack.enter_context(self.opener(commit))
                    found = _Open(session, stack.pop_all(), at_work=1)
                with self._guard:
                    self._open[commit] = found
            return found

    def _known(self, commit: str) -> _Open | None:
        with self._guard:
            found = self._open.get(commit)
            if found is not None:
                found.at_work += 1
            return found

    def _close(self, before: float) -> None:
        with self._guard:
            idle = [name for name, item in self._open.items() if not item.at_work and item.used < before]
            closing = [self._open.pop(name) for name in idle]
        for item in closing:
            item.closing.close()
