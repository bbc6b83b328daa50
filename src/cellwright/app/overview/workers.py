"""The workers: who carries out units, what each is doing, and the request that one end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import TTL, is_dead
from cellwright.ledger.queue.workers import Worker
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error


class WorkerState(Enum):
    """What a worker is doing."""

    IDLE = "idle"
    BUSY = "busy"
    DRAINING = "draining"
    """Ends what it has, and takes nothing more."""
    LOST = "lost"
    """Not heard of for so long that others take over what it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """A worker as the list shows it."""

    id: str
    kind: str
    """`server` or `worker`."""
    host: str
    process: int
    state: WorkerState
    labels: Mapping[str, frozenset[str]]
    parallel: int
    started: str
    """UTC, ISO 8601; so is `seen`."""
    seen: str
    units: tuple[tuple[str, str], ...]
    """The runs and units that it works on."""
    drain_requested_by: str | None


def workers(session: FleetSession) -> tuple[WorkerLine, ...]:
    """List the workers, the oldest first."""
    return tuple(_line(item, session.now()) for item in session.ledger().workers.all())


def request_drain(session: FleetSession, actor: Actor, worker: str, reason: str = "") -> None:
    """Ask a worker to end what it has and take nothing more.

    Raises:
        DiagnosticError: there is no such worker, or somebody has asked before.
    """
    if not session.ledger(writing=True).workers.request_drain(worker, actor, reason):
        raise DiagnosticError(
            error(f"the worker '{worker}' can't be asked to drain", "it has ended, or was asked before")
        )


def _line(item: Worker, now: datetime) -> WorkerLine:
    return WorkerLine(
        id=item.id,
        kind=item.kind,
        host=item.process.host,
        process=item.process.process_id,
        state=_state(item, now),
        labels=item.labels,
        parallel=item.parallel,
        started=item.started,
        seen=item.seen,
        units=item.units,
        drain_requested_by=item.drain_requested_by,
    )


def _state(item: Worker, now: datetime) -> WorkerState:
    if now - datetime.fromisoformat(item.seen) > timedelta(seconds=TTL) or is_dead(item.process):
        return WorkerState.LOST
    if item.drain_requested_by is not None:
        return WorkerState.DRAINING
    return WorkerState.BUSY if item.units else WorkerState.IDLE
