"""Stamps a run's progress with run, unit, time and sequence, and passes it on as events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import Listener, Progress, ProgressEvent, UnitPlanned, unit_of


@dataclass(slots=True)
class ProgressStamp:
    """The one reporter of a run; keeps the plans for the run's report."""

    run: str
    listener: Listener
    plans: dict[UnitAddress, PlanSummary] = field(default_factory=dict)
    _sequence: int = 0
    _lock: Lock = field(default_factory=Lock)

    def report(self, progress: Progress) -> None:
        """Stamp, and pass on; one at a time, so that events arrive in their order."""
        with self._lock:
            if isinstance(progress, UnitPlanned):
                self.plans[progress.unit] = progress.plan
            self._sequence += 1
            self.listener.report(
                ProgressEvent(
                    run=self.run,
                    unit=unit_of(progress),
                    time=datetime.now(UTC).isoformat(timespec="microseconds"),
                    sequence=self._sequence,
                    progress=progress,
                )
            )
