"""Progress as plain lines, for logs; each line begins with its unit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, assert_never

from cellwright.cli.progress import words
from cellwright.cli.progress.board import units_to_destroy
from cellwright.cli.progress.long_steps import LongSteps
from cellwright.cli.screen import run_palette
from cellwright.cli.screen.layout import count, duration
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Severity
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Outcome, Run, UnitResult
from cellwright.model.text.visible import visible

_REPEAT_SECONDS = 30.0
"""Seconds after which a resource in progress is logged again, to show that the run goes on."""
_LOGGED_PHASES = frozenset({Phase.PLANNING, Phase.APPLYING, Phase.AWAITING_APPROVAL})


class PlainReporter:
    """Writes progress to a stream, line by line, from any thread."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._pending: list[str] = []
        self._paused = False
        self._to_destroy: frozenset[UnitAddress] = frozenset()
        self._logged: dict[tuple[object, str], float] = {}
        self._long = LongSteps(clock())
        self._outcomes: set[str] = set()

    def report(self, event: ProgressEvent) -> None:
        """Write a line for progress that is of interest in a log."""
        with suppress(Exception), self._lock:  # a run must not fail because its progress can't be shown
            now = self._clock()
            self._long.take(event.progress, now)
            lines = [f"{visible(line)}\n" for line in self._lines(event.progress, now)]
            if lines and event.unit is not None:
                self._long.told(event.unit, now)
            self._pending += lines
            if not self._paused:
                self._write()

    def tick(self) -> None:
        """Write a line for each step that takes long; to be called every second or so."""
        with suppress(Exception), self._lock:
            if not self._paused:
                found = self._long.lines(self._clock(), self._to_destroy)
                self._pending += [f"{visible(line)}\n" for line in found]
                self._write()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep lines back while a question is asked; `report` does not wait."""
        self._paused = True
        try:
            yield
        finally:
            with self._lock:
                self._paused = False
                self._write()

    def close(self) -> None:
        """Do nothing: written lines stay."""

    def _write(self) -> None:
        if not self._pending:
            return
        self._stream.write("".join(self._pending))
        self._stream.flush()
        self._pending.clear()

    def _lines(self, progress: Progress, now: float) -> Iterator[str]:
        match progress:
            case RunStarted(run):
                self._to_destroy = units_to_destroy(run)
                yield f"{run.kind.value} {run.id}: {count(len(run.units), 'unit')}"
            case RunFinished(run, refused):
                # Who has listened from the middle on has not heard of every outcome.
                yield _end(run, {Outcome.REFUSED.value} if refused else self._outcomes)
            case PhaseEntered():
                yield from self._phase(progress)
            case UnitPlanned(unit, plan):
                yield f"{unit}: plan: {run_palette.changes(plan.counts)}"
            case ResourceProgress():
                yield from self._resource(progress, now)
            case ProgramSaid():
                pass  # told when it is the last that was heard for long
            case DiagnosticSeen(unit, diagnostic):
                if diagnostic.severity is Severity.ERROR:
                    yield f"{unit}: {' '.join(str(diagnostic).split())}"
            case UnitFinished(result):
                self._outcomes.add(result.outcome.value)
                yield _result(result, destroy=result.address in self._to_destroy)
            case _:
                assert_never(progress)

    def _phase(self, entered: PhaseEntered) -> Iterator[str]:
        if entered.phase in _LOGGED_PHASES or entered.note:
            word = words.phase(entered.phase.value, destroy=entered.unit in self._to_destroy)
            yield f"{entered.unit}: {word}{f' ({entered.note})' if entered.note else ''}"

    def _resource(self, progress: ResourceProgress, now: float) -> Iterator[str]:
        key = (progress.unit, progress.resource)
        lead = f"{progress.unit}: {progress.resource}:"
        if progress.state == "started":
            self._logged[key] = now
        elif progress.state == "progress":
            if now - self._logged.get(key, now) >= _REPEAT_SECONDS:
                self._logged[key] = now
                yield f"{lead} still {words.doing(progress.action)} after {duration(progress.seconds)}"
        else:
            self._logged.pop(key, None)
            ending = words.done(progress.action) if progress.state == "done" else words.failed(progress)
            yield f"{lead} {ending} after {duration(progress.seconds)}"


def _end(run: Run, outcomes: set[str]) -> str:
    return f"{run.kind.value} {run.id}: {run_palette.run_mark(run.status, outcomes).word}"


def _result(result: UnitResult, *, destroy: bool) -> str:
    took = f" after {duration(result.seconds)}" if result.seconds else ""
    done = run_palette.tally(result.resources).plain
    ending = run_palette.outcome_mark(result.outcome, destroy=destroy).word
    return f"{result.address}: {ending}{took}{f' ({done})' if done else ''}"
