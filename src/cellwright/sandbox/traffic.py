"""Counts calls by action, and keeps the faults that are still to be injected."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping

from cellwright.sandbox.calls import AwsCall
from cellwright.sandbox.faults import Fault


class Traffic:
    """Counts calls and chooses faults for them; every connection's thread uses it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._faults: list[_PendingFault] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Add faults to inject."""
        with self._lock:
            self._faults.extend(_PendingFault(fault) for fault in faults)

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def clear_counts(self) -> None:
        """Count from zero."""
        with self._lock:
            self._received.clear()
            self._failed.clear()

    def next_fault(self, call: AwsCall) -> Fault | None:
        """Count `call` for every fault that matches it, and give the first fault that is due for it."""
        with self._lock:
            due = [waiting.fault for waiting in self._faults if waiting.hits(call)]
        return due[0] if due else None

    def record(self, call: AwsCall, *, failed: bool) -> None:
        """Count an answered call."""
        with self._lock:
            self._received[str(call)] += 1
            self._failed[str(call)] += failed

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Received and failed calls by `service action`."""
        with self._lock:
            return {name: (count, self._failed[name]) for name, count in sorted(self._received.items())}


class _PendingFault:
    """A fault and the number of matching calls so far; guarded by the owner's lock."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._seen = 0

    def hits(self, call: AwsCall) -> bool:
        if not self.fault.matches(call.service, call.action):
            return False
        self._seen += 1
        return self.fault.skip < self._seen <= self.fault.skip + self.fault.times
