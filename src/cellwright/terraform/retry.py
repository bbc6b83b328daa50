"""Retries of transient failures."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cellwright.terraform.output.failure import FailureKind, TerraformError

_T = TypeVar("_T")

TRANSIENT = frozenset((FailureKind.THROTTLED, FailureKind.LOCKED))


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
        for attempt in range(1, self.attempts):
            try:
                return work()
            except TerraformError as failure:
                if failure.kind not in TRANSIENT:
                    raise
                note(attempt + 1, failure)
            pause(self.draw(0, min(self.longest, self.base * 2 ** (attempt - 1))))
        return work()
