"""Who carries out the runs of an offboarding: this process, or whoever takes them from the queue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import perform, start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.submit import submit
from cellwright.app.session.session import OpenFleet
from cellwright.ledger.run_state import RunSummary
from cellwright.model.runs.run import Run, RunKind, RunStatus
from cellwright.planning.choice import Choice

Begun = Callable[[str], None]
"""Hears of a run, by its id, as soon as it is in the ledger: before anything of it is carried out."""


def _nobody(_run: str) -> None:
    pass


class Carrier(Protocol):
    """Starts runs, and tells whether one that was started before goes on by itself."""

    def carry(
        self,
        fleet: OpenFleet,
        kind: RunKind,
        choice: Choice,
        reason: str,
        task: QueuedTask,
        begun: Begun = _nobody,
    ) -> Run:
        """Start a run; what it gives may still be running."""

    def goes_on(self, fleet: OpenFleet, run: RunSummary) -> bool:
        """Tell whether a run that has not ended is carried out by somebody."""


@dataclass(slots=True)
class Directly:
    """This process carries out the runs, and tells the terminal."""

    talk: Conversation
    reports: list[RunReport] = field(default_factory=list)
    """The outcomes of the runs so far."""

    def carry(
        self,
        fleet: OpenFleet,
        kind: RunKind,
        choice: Choice,
        reason: str,
        task: QueuedTask,
        begun: Begun = _nobody,
    ) -> Run:
        """Carry out a run to its end."""
        run = start(fleet, task.actor, kind, choice, reason)
        begun(run.id)
        talk = self.talk.approving(task.approved_how) if task.approved_how else self.talk
        wanted = RunTask(run=run, choice=choice, acceptance=task.acceptance)
        report = perform(fleet, task.actor, wanted, talk)
        self.reports.append(report)
        return report.run

    def goes_on(self, fleet: OpenFleet, run: RunSummary) -> bool:
        """Tell whether the run is in the queue, where a server or a worker takes it from.

        One of another command may have died; if it lives, it holds the leases of its units.
        """
        return run.status is RunStatus.RUNNING and fleet.ledger.reader.is_queued(run.id)


@dataclass(frozen=True, slots=True)
class Queued:
    """Whoever hosts runs carries them out; nobody waits."""

    host: RunHost

    def carry(
        self,
        fleet: OpenFleet,
        kind: RunKind,
        choice: Choice,
        reason: str,
        task: QueuedTask,
        begun: Begun = _nobody,
    ) -> Run:
        """Put a run into the queue."""
        run = submit(fleet, kind, choice, reason, task, self.host)
        begun(run.id)
        return run

    def goes_on(self, fleet: OpenFleet, run: RunSummary) -> bool:
        """Tell whether the run has not ended: one that nobody carries out waits for somebody to resume it."""
        if run.status is RunStatus.RUNNING and fleet.ledger.reader.is_queued(run.id):
            self.host.wake(run.id)
        return run.status is RunStatus.RUNNING
