"""A log in the store: parts that are added while it grows, since buckets can't append."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.artifacts.store import Artifact, ArtifactStore

LOGS = "logs"
"""The folder of all logs."""
_SUFFIX = ".part"


def log_name(run: str, unit: str) -> str:
    """Where the log of a unit (LEVEL/CELL/STACK) lies."""
    return f"{LOGS}/{run}/{unit}"


def writer_here(logs: Path) -> str:
    """Name whoever copies logs from this folder of this machine: the same for all processes that do."""
    return hashlib.blake2b(f"{os.uname().nodename} {logs}".encode(), digest_size=4).hexdigest()


def writers(store: ArtifactStore, run: str) -> Mapping[str, frozenset[str]]:
    """Give the units of a run (LEVEL/CELL/STACK) that have a log in the store, with those who wrote it.

    Raises:
        DiagnosticError: the store can't be used.
    """
    start = f"{LOGS}/{run}/"
    found: dict[str, set[str]] = {}
    for item in store.list(f"{LOGS}/{run}"):
        unit, _, part = item.name.removeprefix(start).rpartition("/")
        found.setdefault(unit, set()).add(part.removesuffix(_SUFFIX).rpartition("-")[2])
    return {unit: frozenset(names) for unit, names in found.items()}


def parts_of(store: ArtifactStore, run: str, unit: str) -> tuple[Artifact, ...]:
    """Give the parts of a unit's log in the order in which they were written.

    Raises:
        DiagnosticError: the store can't be used.
    """
    return tuple(item for item in store.list(log_name(run, unit)) if item.name.endswith(_SUFFIX))


def read_log(store: ArtifactStore, run: str, unit: str) -> Iterator[bytes]:
    """Yield a unit's log, part by part.

    Raises:
        DiagnosticError: the store can't be used.
    """
    for part in parts_of(store, run, unit):
        content = store.get(part.name)
        if content is not None:  # else it was pruned just now
            yield content


@dataclass(slots=True)
class LogWriter:
    """Adds to one unit's log; several processes may, one after the other."""

    store: ArtifactStore
    run: str
    unit: str
    writer: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells the parts of this process from those of others."""
    _last: int = field(init=False, default=0)
    _unsure: bool = field(init=False, default=False)
    """Whether nobody knows if the last part was written: the store failed, or answered too late."""

    def wrote(self, part: Artifact) -> bool:
        """Tell whether a part was added by a writer of this name."""
        return part.name.endswith(f"-{self.writer}{_SUFFIX}")

    def append(self, content: bytes) -> None:
        """Write one more part; after a failure, again from where the failed one began, in its place.

        Raises:
            DiagnosticError: the store can't be used.
        """
        # By time, so that what another machine wrote before stands before it; never the same twice.
        if not self._unsure:
            self._last = max(self._last + 1, time.time_ns() // 1_000)
        name = f"{log_name(self.run, self.unit)}/{self._last:017d}-{self.writer}{_SUFFIX}"
        self._unsure = True
        self.store.put(name, content)
        self._unsure = False
