"""Trying again what fails only for the moment."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cellwright.terraform.output.failure import FailureKind, TerraformError

_T = TypeVar("_T")

PASSING = frozenset((FailureKind.THROTTLED, FailureKind.LOCKED))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and how long in between: full jitter over a span that doubles."""

    attempts: int = 4
    base: float = 2.0
    """Seconds; the first pause is somewhere below."""
    longest: float = 30.0
    draw: Callable[[float, float], float] = random.uniform

    def run(
        self,
        work: Callable[[], _T],
        note: Callable[[int, TerraformError], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> _T:
        """Do `work`, again after a failure that passes; `note` hears of each further attempt.

        Raises:
            TerraformError: the last attempt's failure, or the first that does not pass by itself.
        """
        for attempt in range(1, self.attempts):
            try:
                return work()
            except TerraformError as failure:
                if failure.kind not in PASSING:
                    raise
                note(attempt + 1, failure)
            pause(self.draw(0, min(self.longest, self.base * 2 ** (attempt - 1))))
        return work()
