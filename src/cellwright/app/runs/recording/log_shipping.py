"""Copies the logs of a run's units into the artifact store while they grow, for those who watch elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Self

from cellwright.artifacts.log_parts import LogWriter, parts_of, writer_here
from cellwright.artifacts.store import ArtifactStore
from cellwright.engine.adapter.logs import log_path
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.progress import Listener, ProgressEvent, SilentReporter, UnitFinished

SECONDS = 2.0
"""How often what was added is copied."""
_PATIENCE = 60.0
"""Seconds that the end of a run waits for the store."""
_LARGEST_PART = 4 * 1024 * 1024


@dataclass(slots=True)
class _Log:
    path: Path
    writer: LogWriter
    copied: int | None
    """Bytes that are in the store; None if that has to be looked up."""
    ended: bool = False


@dataclass(slots=True)
class LogShipping:
    """A listener that passes events on at once, and copies logs on a thread of its own.

    A store that can't be used does not fail the run: it is told once, and tried again until the run's end.
    """

    store: ArtifactStore
    logs: Path
    """Where they lie on this machine."""
    run: str
    listener: Listener = field(default_factory=SilentReporter)
    notice: Callable[[str], None] = lambda _: None
    seconds: float = SECONDS
    patience: float = _PATIENCE
    _open: dict[UnitAddress, _Log] = field(init=False, default_factory=dict)
    _changed: Condition = field(init=False, default_factory=Condition)
    _ending: bool = field(init=False, default=False)
    _thread: Thread | None = field(init=False, default=None)
    _told: bool = field(init=False, default=False)

    def report(self, event: ProgressEvent) -> None:
        """Take one event; never waits for the store."""
        self.listener.report(event)
        if event.unit is None:
            return
        with self._changed:
            if event.unit not in self._open:
                self._open[event.unit] = self._begin(event.unit)
            self._open[event.unit].ended = isinstance(event.progress, UnitFinished)
            if self._thread is None and not self._ending:
                self._thread = Thread(target=self._work, name="logs", daemon=True)
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

    def _begin(self, unit: UnitAddress) -> _Log:
        path = log_path(self.logs, self.run, unit)
        # The same for all processes that write to this file, so that none copies what another one has.
        writer = writer_here(self.logs)
        return _Log(path, LogWriter(self.store, self.run, str(unit), writer), None if path.exists() else 0)

    def _work(self) -> None:
        ending = False
        while not ending:
            with self._changed:
                ending = self._changed.wait_for(lambda: self._ending, self.seconds)
                logs = dict(self._open)
            for unit, log in logs.items():
                ended = log.ended
                if self._copied(log) and ended:
                    self._forget(unit)

    def _forget(self, unit: UnitAddress) -> None:
        with self._changed:
            if self._open[unit].ended:  # else it is tried again meanwhile
                del self._open[unit]

    def _copied(self, log: _Log) -> bool:
        """Copy what was added; false if that has to be tried again."""
        try:
            while content := self._added(log):
                log.writer.append(content)
                log.copied = (log.copied or 0) + len(content)
        except (DiagnosticError, OSError) as failure:
            if not self._told:
                self._told = True
                self.notice(f"logs can't be copied to {self.store.address}: {failure}")
            return False
        return True

    def _added(self, log: _Log) -> bytes:
        if log.copied is None:
            parts = parts_of(self.store, self.run, log.writer.unit)
            log.copied = sum(item.size for item in parts if log.writer.wrote(item))
        try:
            with log.path.open("rb") as file:
                file.seek(log.copied)
                return file.read(_LARGEST_PART)
        except FileNotFoundError:  # nothing was written yet
            return b""
