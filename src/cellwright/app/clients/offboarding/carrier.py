"""Who carries out the runs of an offboarding: this process, or whoever takes them from the queue."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.app.clients.starting import starting
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queued_task import QueuedTask
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import perform, start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.submit import submit
from cellwright.app.session.session import OpenFleet
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import CellAddress
from cellwright.model.runs.run import Run, RunKind, RunStatus
from cellwright.planning.choice import Choice


class Carrier(Protocol):
    """Starts runs, and tells whether one that was started before goes on by itself."""

    def alone(self, ledger: Ledger, cell: CellAddress) -> AbstractContextManager[None]:
        """Be the only one who starts a run of a client during the block, where others may look, too."""

    def carry(self, fleet: OpenFleet, kind: RunKind, choice: Choice, reason: str, task: QueuedTask) -> Run:
        """Start a run; what it gives may still be running."""

    def goes_on(self, fleet: OpenFleet, run: RunSummary) -> bool:
        """Tell whether a run that has not ended is carried out by somebody."""


@dataclass(slots=True)
class Directly:
    """This process carries out the runs, and tells the terminal."""

    talk: Conversation
    reports: list[RunReport] = field(default_factory=list)
    """The outcomes of the runs so far."""

    def alone(self, ledger: Ledger, cell: CellAddress) -> AbstractContextManager[None]:  # noqa: ARG002  the port's
        """Let the leases of the units decide: a run is carried out in the same breath."""
        return nullcontext()

    def carry(self, fleet: OpenFleet, kind: RunKind, choice: Choice, reason: str, task: QueuedTask) -> Run:
        """Carry out a run to its end."""
        run = start(fleet, task.actor, kind, choice, reason)
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

    def alone(self, ledger: Ledger, cell: CellAddress) -> AbstractContextManager[None]:
        """Be the only one, over all servers."""
        return starting(ledger, cell)

    def carry(self, fleet: OpenFleet, kind: RunKind, choice: Choice, reason: str, task: QueuedTask) -> Run:
        """Put a run into the queue."""
        return submit(fleet, kind, choice, reason, task, self.host)

    def goes_on(self, fleet: OpenFleet, run: RunSummary) -> bool:
        """Tell whether the run has not ended: one that nobody carries out waits for somebody to resume it."""
        if run.status is RunStatus.RUNNING and fleet.ledger.reader.is_queued(run.id):
            self.host.wake(run.id)
        return run.status is RunStatus.RUNNING
