"""When a server looks at the fleet's files: beside the requests, which seldom wait for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Thread

LOOKED_AGAIN = 1.0
"""Seconds after which a change of the files is seen for certain."""
_SHARE = 10
"""Looking may take this part of the time: with ten thousand files it takes a fifth of a second."""


@dataclass(slots=True)
class Looks:
    """Looks again when the last look was some time ago; for all threads.

    What this process itself writes needs no look: whoever writes it has the session forget what it has read.
    """

    look: Callable[[], object]
    seconds: float = LOOKED_AGAIN
    _looked: float = field(init=False, default=float("-inf"))
    """When the last look that has ended began."""
    _took: float = field(init=False, default=0.0)
    _looking: bool = field(init=False, default=False)
    _fault: Exception | None = field(init=False, default=None)
    _changed: Condition = field(init=False, default_factory=Condition)

    def be_current(self) -> None:
        """Return once a look is a second old at most, or twenty times as old as it took.

        In the second half of that time the next look is taken beside the requests, so that only who comes
        after a pause waits for it.

        Raises:
            Exception: what the last look has raised.
        """
        with self._changed:
            longest = max(self.seconds, 2 * _SHARE * self._took)
            age = time.monotonic() - self._looked
            if age >= longest / 2 and not self._looking:
                self._looking = True
                Thread(target=self._look, name="cellwright-look", daemon=True).start()
            if self._looking and (age >= longest or self._fault is not None):
                self._changed.wait_for(lambda: not self._looking)
            if self._fault is not None:
                raise self._fault

    def _look(self) -> None:
        began = time.monotonic()
        fault: Exception | None = None
        try:
            self.look()
        except Exception as failure:  # noqa: BLE001  told to whoever asks
            fault = failure
        with self._changed:
            self._looked, self._took = began, time.monotonic() - began
            self._looking, self._fault = False, fault
            self._changed.notify_all()
