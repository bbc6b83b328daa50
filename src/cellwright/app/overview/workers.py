"""The processes that carry out units: what each does, and asking one to finish."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import is_dead
from cellwright.ledger.queue.workers import Worker
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error

UNSEEN = timedelta(seconds=60)
"""After so long without a sign of life a worker counts as lost; others take its units when leases end."""


class WorkerState(Enum):
    """What a worker does."""

    IDLE = "idle"
    BUSY = "busy"
    DRAINING = "draining"
    """It finishes what it has, and takes nothing more."""
    LOST = "lost"
    """Nothing was heard of it for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """A worker in the list."""

    worker: Worker
    state: WorkerState


def workers(session: FleetSession) -> tuple[WorkerLine, ...]:
    """Give every process that has registered and not ended, the oldest first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    now = session.now()
    return tuple(WorkerLine(worker=item, state=_state(item, now)) for item in session.ledger().workers.all())


def drain(session: FleetSession, actor: Actor, worker: str, reason: str) -> None:
    """Ask that a worker finish what it has and end; to ask once more changes nothing.

    Raises:
        DiagnosticError: there is no such worker, or the ledger can't be written.
    """
    ledger = session.ledger(writing=True)
    if not ledger.workers.request_drain(worker, actor, reason) and all(
        item.id != worker for item in ledger.workers.all()
    ):
        raise DiagnosticError(error(f"there is no worker '{worker}'", "it has ended; load the list again"))


def _state(worker: Worker, now: datetime) -> WorkerState:
    if now - datetime.fromisoformat(worker.seen) > UNSEEN or is_dead(worker.process):
        return WorkerState.LOST
    if worker.drain_requested_by is not None:
        return WorkerState.DRAINING
    return WorkerState.BUSY if worker.units else WorkerState.IDLE
