"""The current state of a run, updated from its progress and drawn by the live table."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import assert_never

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Severity
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Operation, Outcome, Run, UnitResult

_DONE = frozenset({Outcome.PLANNED, Outcome.APPLIED, Outcome.UNCHANGED})
"""Outcomes whose units keep a line; skipped, cancelled and blocked units are only counted."""
_PLANNING_SHARE = 0.2
"""The part of a unit's work that counts as done once it is planned."""
_STEPS = frozenset({"create", "update", "delete"})
"""Actions that count as steps of a plan; reading and refreshing do not."""
_RECENT = 100
"""How many finished units keep a line; no terminal shows more."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A resource that Terraform is working on."""

    resource: str
    action: str
    since: float
    """By the board's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit in the table."""

    unit: UnitAddress
    destroy: bool = False
    """Whether the unit is to be destroyed."""
    phase: Phase = Phase.WAITING
    note: str = ""
    since: float = 0.0
    """When its first phase began, by the board's clock."""
    activities: tuple[Activity, ...] = ()
    """In the order of their last progress."""
    said: str = ""
    """The last that Terraform has said in this phase."""
    said_at: float = 0.0
    counts: ResourceCounts = field(default_factory=ResourceCounts)
    """What the plan will change, or what was changed."""
    done: int = 0
    """Steps of the plan that Terraform has finished."""
    outcome: Outcome | None = None
    seconds: float = 0.0
    fault: str = ""
    """The first error's summary."""

    @property
    def steps(self) -> int:
        """How many steps the plan has; replacing a resource takes two, and nothing is said of forgetting."""
        return self.counts.total + self.counts.replace - self.counts.forget

    @property
    def share(self) -> float:
        """How much of the unit's work is done, from 0 to 1."""
        if self.phase is not Phase.APPLYING:
            return _PLANNING_SHARE if self.phase is Phase.AWAITING_APPROVAL else 0.0
        applied = min(self.done / self.steps, 1.0) if self.steps else 0.0
        return _PLANNING_SHARE + (1 - _PLANNING_SHARE) * applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The run at one moment, with as many lines as fit."""

    run: Run
    elapsed: float
    outcomes: Counter[Outcome]
    active: int
    waiting: int
    lines: tuple[Line, ...]
    hidden: int
    """How many active units have no line."""
    now: float
    share: float = 0.0
    """The sum of the shares of the active units."""

    @property
    def total(self) -> int:
        """All units of the run."""
        return self.outcomes.total() + self.active + self.waiting


@dataclass(slots=True)
class Board:
    """Collects a run's progress. Not thread-safe: its owner holds a lock."""

    _run: Run | None = None
    _started: float = 0.0
    _to_destroy: frozenset[UnitAddress] = frozenset()
    _active: dict[UnitAddress, Line] = field(default_factory=dict)
    _finished: dict[UnitAddress, Outcome] = field(default_factory=dict)
    _recent: deque[Line] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _failed: deque[Line] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _outcomes: Counter[Outcome] = field(default_factory=Counter)

    def take(self, progress: Progress, now: float) -> None:
        """Update the board; `now` is the time of a monotonic clock."""
        match progress:
            case RunStarted(run):
                self._begin(run, now)
            case RunFinished():
                self._run = None
            case UnitFinished(result):
                self._finish(result)
            case PhaseEntered(unit, phase, note):
                self._reopen(unit)
                line = self._line(unit, now)
                self._active[unit] = replace(line, phase=phase, note=note, activities=(), said="", done=0)
            case UnitPlanned() | ResourceProgress() | ProgramSaid() | DiagnosticSeen():
                if progress.unit not in self._finished:
                    self._active[progress.unit] = _updated(self._line(progress.unit, now), progress, now)
            case _:
                assert_never(progress)

    def _reopen(self, unit: UnitAddress) -> None:
        """Remove a finished unit that goes on (planned, then applied), so that it is not counted twice."""
        outcome = self._finished.pop(unit, None)
        if outcome is None:
            return
        self._outcomes[outcome] -= 1
        kept = self._failed if outcome is Outcome.FAILED else self._recent
        for line in [line for line in kept if line.unit == unit]:
            kept.remove(line)

    def _begin(self, run: Run, now: float) -> None:
        self._run, self._started, self._to_destroy = run, now, units_to_destroy(run)
        for kept in (self._active, self._finished, self._recent, self._failed, self._outcomes):
            kept.clear()

    def _line(self, unit: UnitAddress, now: float) -> Line:
        return self._active.get(unit) or Line(unit=unit, destroy=unit in self._to_destroy, since=now)

    def _finish(self, result: UnitResult) -> None:
        line = self._line(result.address, 0.0)
        self._active.pop(result.address, None)
        errors = (item.summary for item in result.diagnostics if item.severity is Severity.ERROR)
        line = replace(
            line,
            outcome=result.outcome,
            seconds=result.seconds,
            counts=result.resources,
            activities=(),
            note="",
            said="",
            fault=line.fault or next(errors, ""),
        )
        self._reopen(result.address)
        self._outcomes[result.outcome] += 1
        self._finished[result.address] = result.outcome
        if result.outcome is Outcome.FAILED:
            self._failed.append(line)
        elif result.outcome in _DONE:
            self._recent.append(line)

    def picture(self, rows: int, now: float) -> Picture | None:
        """The run now, with at most `rows` lines; None between runs."""
        if self._run is None:
            return None
        known = len(self._active) + len(self._finished)
        idle = sum(1 for line in self._active.values() if line.phase is Phase.WAITING)
        lines, hidden = self._choose(rows)
        return Picture(
            run=self._run,
            elapsed=now - self._started,
            outcomes=Counter(self._outcomes),
            active=len(self._active) - idle,
            waiting=max(len(self._run.units) - known, 0) + idle,
            lines=lines,
            hidden=hidden,
            now=now,
            share=sum(line.share for line in self._active.values()),
        )

    def _choose(self, rows: int) -> tuple[tuple[Line, ...], int]:
        """All units in the run's order if they fit; else failed, recently finished and active units."""
        if self._run is not None and len(self._run.units) <= rows:
            return tuple(self._every(self._run)), 0
        busy = [line for line in self._active.values() if line.phase is not Phase.WAITING]
        failed = list(self._failed)[-max(rows // 3, 1) :]
        shown = busy[: max(rows - len(failed), 0)]
        left = rows - len(failed) - len(shown)
        recent = list(islice(reversed(self._recent), max(left, 0)))[::-1]
        return (*failed, *recent, *shown), len(busy) - len(shown)

    def _every(self, run: Run) -> Iterator[Line]:
        ended = {line.unit: line for line in (*self._recent, *self._failed)}
        for unit in run.units:
            address = unit.address
            destroy = address in self._to_destroy
            bare = Line(unit=address, destroy=destroy, outcome=self._finished.get(address))
            yield self._active.get(address) or ended.get(address) or bare


def units_to_destroy(run: Run) -> frozenset[UnitAddress]:
    """Return the units of `run` that are to be destroyed."""
    return frozenset(unit.address for unit in run.units if unit.operation is Operation.DESTROY)


def _updated(
    line: Line, progress: UnitPlanned | ResourceProgress | ProgramSaid | DiagnosticSeen, now: float
) -> Line:
    match progress:
        case ProgramSaid(_, text):
            return replace(line, said=text, said_at=now)
        case UnitPlanned(_, plan):
            return replace(line, counts=plan.counts)
        case ResourceProgress():
            done = line.done + (progress.state == "done" and progress.action in _STEPS)
            return replace(line, activities=_activities(line, progress, now), done=done)
        case DiagnosticSeen(_, diagnostic):
            first = diagnostic.severity is Severity.ERROR and not line.fault
            return replace(line, fault=diagnostic.summary) if first else line
    assert_never(progress)


def _activities(line: Line, progress: ResourceProgress, now: float) -> tuple[Activity, ...]:
    same = [item for item in line.activities if item.resource == progress.resource]
    others = tuple(item for item in line.activities if item.resource != progress.resource)
    if progress.state not in {"started", "progress"}:
        return others
    since = min([now - progress.seconds, *(item.since for item in same)])
    return (*others, Activity(progress.resource, progress.action, since))
