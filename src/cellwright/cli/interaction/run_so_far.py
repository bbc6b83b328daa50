"""What is known of a run when its plans are asked about: what was said of them, and which units follow."""

from dataclasses import dataclass, field
from threading import Lock

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Listener,
    ProgressEvent,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)


@dataclass(slots=True)
class RunSoFar:
    """Warnings by unit, and the units that have no plan yet; told from any thread."""

    _warnings: dict[UnitAddress, list[Diagnostic]] = field(default_factory=dict)
    _unplanned: dict[UnitAddress, None] = field(default_factory=dict)
    """In the run's order."""
    _guard: Lock = field(default_factory=Lock)

    def report(self, event: ProgressEvent) -> None:
        """Take a piece of progress."""
        with self._guard:
            match event.progress:
                case RunStarted(run):
                    self._unplanned = dict.fromkeys(part.address for part in run.units)
                case UnitPlanned(unit, _):
                    self._unplanned.pop(unit, None)
                case UnitFinished(result):
                    self._unplanned.pop(result.address, None)
                case DiagnosticSeen(unit, found) if found.severity is Severity.WARNING:
                    told = self._warnings.setdefault(unit, [])
                    if found not in told:
                        told.append(found)
                case _:
                    pass

    def warnings(self, unit: UnitAddress) -> tuple[Diagnostic, ...]:
        """What was said of a unit's plan."""
        with self._guard:
            return tuple(self._warnings.get(unit, ()))

    def following(self) -> tuple[UnitAddress, ...]:
        """The units that are planned once what is asked about is applied."""
        with self._guard:
            return tuple(self._unplanned)


@dataclass(frozen=True, slots=True)
class Told:
    """Passes progress on to the view, after the question's own book."""

    view: Listener
    book: RunSoFar

    def report(self, event: ProgressEvent) -> None:
        """Take a piece of progress."""
        self.book.report(event)
        self.view.report(event)
