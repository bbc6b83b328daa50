"""Retries of transient failures."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cellwright.terraform.output.failure import FailureKind, TerraformError

_T = TypeVar("_T")

TRANSIENT = frozenset((FailureKind.THROTTLED, FailureKind.LOCKED, FailureKind.LOCK_UNASKED))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to retry, and how long to pause: full jitter below a limit that doubles each time."""

    attempts: int = 4
    base: float = 2.0
    """Seconds; the limit of the first pause."""
    longest: float = 30.0
    draw: Callable[[float, float], float] = random.uniform

    def run(
        self,
        work: Callable[[], _T],
        note: Callable[[int, TerraformError], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> _T:
        """Call `work`, and again after a transient failure; `note` is called before each further attempt.

        Raises:
            TerraformError: the last attempt's failure, or the first one that is not transient.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return work()
            except TerraformError as failure:
                if failure.kind not in TRANSIENT or attempt >= self._most(failure.kind):
                    raise
                note(attempt + 1, failure)
            pause(self.draw(0, min(self.longest, self.base * 2 ** (attempt - 1))))

    def _most(self, kind: FailureKind) -> int:
        """How often what fails so is tried: a server that is being started needs longer than a busy one.

        The programs themselves wait for a held lock, but not for a server.
        """
        return self.attempts * 2 if kind is FailureKind.LOCK_UNASKED else self.attempts
