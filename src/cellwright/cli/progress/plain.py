"""Progress as plain lines, for logs: one whole line per thing that matters, each with its unit in front."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, assert_never

from cellwright.cli.progress import words
from cellwright.cli.progress.board import doomed_in
from cellwright.cli.screen import clean
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import count, duration
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Severity
from cellwright.model.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    Progress,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.run import Run, UnitResult

_SILENCE = 30.0
"""Seconds after which a resource that goes on is mentioned again: a log that stands still looks dead."""
_SAID_PHASES = frozenset({Phase.PLANNING, Phase.APPLYING, Phase.AWAITING_APPROVAL})


class PlainReporter:
    """Writes progress to a stream, line by line, from any thread."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._held: list[str] = []
        self._paused = False
        self._doomed: frozenset[UnitAddress] = frozenset()
        self._mentioned: dict[tuple[object, str], float] = {}

    def report(self, event: ProgressEvent) -> None:
        """Say what is worth a line."""
        with suppress(Exception), self._lock:  # a run must not fail because it can't be watched
            self._held += [f"{clean(line)}\n" for line in self._lines(event.progress)]
            if not self._paused:
                self._write()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold progress back while a question is asked; who reports it need not wait."""
        self._paused = True
        try:
            yield
        finally:
            with self._lock:
                self._paused = False
                self._write()

    def close(self) -> None:
        """Nothing to take away."""

    def _write(self) -> None:
        self._stream.write("".join(self._held))
        self._stream.flush()
        self._held.clear()

    def _lines(self, progress: Progress) -> Iterator[str]:
        match progress:
            case RunStarted(run):
                self._doomed = doomed_in(run)
                yield f"{run.kind.value} {run.id}: {count(len(run.units), 'unit')}"
            case RunFinished(run):
                yield _end(run)
            case PhaseEntered(unit, phase, note):
                if phase in _SAID_PHASES or note:
                    word = "destroying" if phase is Phase.APPLYING and unit in self._doomed else phase.value
                    yield f"{unit}: {word}{f' ({note})' if note else ''}"
            case UnitPlanned(unit, plan):
                yield f"{unit}: plan: {palette.changes(plan.counts)}"
            case ResourceProgress():
                yield from self._resource(progress)
            case DiagnosticSeen(unit, diagnostic):
                if diagnostic.severity is Severity.ERROR:
                    yield f"{unit}: {' '.join(str(diagnostic).split())}"
            case UnitFinished(result):
                yield _result(result, doomed=result.address in self._doomed)
            case _:
                assert_never(progress)

    def _resource(self, progress: ResourceProgress) -> Iterator[str]:
        key = (progress.unit, progress.resource)
        now = self._clock()
        lead = f"{progress.unit}: {progress.resource}:"
        if progress.state == "started":
            self._mentioned[key] = now
        elif progress.state == "progress":
            if now - self._mentioned.get(key, now) >= _SILENCE:
                self._mentioned[key] = now
                yield f"{lead} still {words.doing(progress.action)} after {duration(progress.seconds)}"
        else:
            self._mentioned.pop(key, None)
            said = words.done(progress.action) if progress.state == "done" else words.failed(progress)
            yield f"{lead} {said} after {duration(progress.seconds)}"


def _end(run: Run) -> str:
    return f"{run.kind.value} {run.id}: {run.status.value}"


def _result(result: UnitResult, *, doomed: bool) -> str:
    took = f" after {duration(result.seconds)}" if result.seconds else ""
    done = palette.tally(result.resources).plain
    ending = palette.ending(result.outcome, doomed=doomed).word
    return f"{result.address}: {ending}{took}{f' ({done})' if done else ''}"
