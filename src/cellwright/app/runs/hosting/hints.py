"""When a process that works tells others that more units may begin: soon at first, then ever more seldom."""

import time
from dataclasses import dataclass, field

SHORTEST = 0.02
"""Seconds from one hint to the next one."""
LONGEST = 0.5
"""Seconds after which everybody who has nothing to do looks by themselves."""


@dataclass(slots=True)
class Hints:
    """The hints of one process; for all its threads, of which two may now and then give one at once.

    A hint costs the database as much as a claim. It brings one more hand, which gives hints itself, so a few
    of them bring everybody; to those who are at work already they are of no use.
    """

    _pause: float = field(init=False, default=SHORTEST)
    _next: float = field(init=False, default=0.0)

    def due(self) -> bool:
        """Tell, after a unit was claimed, whether to give a hint now."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._pause
        self._pause = min(self._pause * 2, LONGEST)
        return True

    def nothing_found(self) -> None:
        """Begin anew: here, and maybe elsewhere, somebody has nothing to do now."""
        self._pause = SHORTEST
