"""Stores a run's progress in the ledger while it happens, beside whoever is told of it."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Thread
from types import TracebackType
from typing import Protocol, Self

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.limits import PROGRESS_OF_UNIT, PROGRESS_STILL_SECONDS, PROGRESS_WAITING
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Listener,
    ProgramSaid,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    SilentReporter,
    UnitFinished,
)

SECONDS = 0.5
"""How long events are collected before they are stored together."""
_AT_ONCE = 2_000
"""Events in one transaction."""
_PATIENCE = 5.0
"""Seconds that the end of a run waits for the ledger to take the last events."""


class ProgressStore(Protocol):
    """Where progress is stored."""

    def record(self, events: Sequence[ProgressEvent]) -> None:
        """Store events in their order."""


@dataclass(slots=True)
class _Noise:
    """Tells what is worth storing: every phase and outcome, and of the rest so much a unit."""

    clock: Callable[[], float] = time.monotonic
    _amounts: dict[UnitAddress, int] = field(default_factory=dict)
    _still: dict[tuple[UnitAddress, str], float] = field(default_factory=dict)

    def passes(self, event: ProgressEvent) -> bool:
        match event.progress:
            case ResourceProgress(unit, resource, _, state):
                if state == "progress" and not self._is_due(unit, resource):
                    return False
                return self._counted(unit)
            case ProgramSaid(unit) | DiagnosticSeen(unit):
                return self._counted(unit)
            case UnitFinished(result):
                self._forget(result.address)
            case RunFinished():
                self._amounts.clear()
                self._still.clear()
            case _:
                pass
        return True

    def _counted(self, unit: UnitAddress) -> bool:
        amount = self._amounts[unit] = self._amounts.get(unit, 0) + 1
        return amount <= PROGRESS_OF_UNIT

    def _is_due(self, unit: UnitAddress, resource: str) -> bool:
        now, key = self.clock(), (unit, resource)
        if now - self._still.get(key, -PROGRESS_STILL_SECONDS) < PROGRESS_STILL_SECONDS:
            return False
        self._still[key] = now
        return True

    def _forget(self, unit: UnitAddress) -> None:
        self._amounts.pop(unit, None)
        for key in [key for key in self._still if key[0] == unit]:
            del self._still[key]


@dataclass(slots=True)
class ProgressLog:
    """A listener that passes events on at once, and stores them in batches on a thread of its own.

    A ledger that fails or hangs neither fails a run nor holds it up: what can't be stored by the end is
    dropped. Used as a context; at its end everything has been stored, or given up.
    """

    store: ProgressStore
    listener: Listener = field(default_factory=SilentReporter)
    seconds: float = SECONDS
    patience: float = _PATIENCE
    _waiting: deque[ProgressEvent] = field(init=False, default_factory=deque)
    _changed: Condition = field(init=False, default_factory=Condition)
    _noise: _Noise = field(init=False, default_factory=_Noise)
    _ending: bool = field(init=False, default=False)
    _thread: Thread | None = field(init=False, default=None)

    def report(self, event: ProgressEvent) -> None:
        """Take one event; never waits for the ledger."""
        self.listener.report(event)
        with self._changed:
            if self._noise.passes(event) and len(self._waiting) < PROGRESS_WAITING:
                self._waiting.append(event)
                if len(self._waiting) == 1:
                    self._changed.notify_all()
            if self._thread is None and not self._ending:
                self._thread = Thread(target=self._work, name="progress", daemon=True)
                self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(self.patience)

    def _work(self) -> None:
        ending = False
        while not ending:
            with self._changed:
                self._changed.wait_for(lambda: self._ending or self._waiting)
                ending = self._changed.wait_for(lambda: self._ending, self.seconds)
            while (batch := self._batch()) and self._stored(batch):
                pass

    def _batch(self) -> list[ProgressEvent]:
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]

    def _stored(self, batch: list[ProgressEvent]) -> bool:
        try:
            self.store.record(batch)
        except DiagnosticError:
            # The ledger can't be reached now: tried again with what comes next.
            with self._changed:
                self._waiting.extendleft(reversed(batch))
            return False
        except Exception:  # noqa: BLE001  whatever it is, the run goes on; tried again, it would fail again
            return True
        return True
