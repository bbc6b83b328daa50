"""Workers: the processes that carry out units, as they have registered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds, iso
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.ledger.leases import Holder
from cellwright.model.actor import Actor

_REGISTER = DialectSql(
    "INSERT INTO workers (id, kind, host, process_id, process_started, labels, parallel, started, seen)"
    " VALUES (:id, :kind, :host, :process_id, :process_started, :labels, :parallel, {now}, {now_ms})"
    " ON CONFLICT (id) DO UPDATE SET seen = {now_ms}"
)
_SEEN = DialectSql("UPDATE workers SET seen = {now_ms} WHERE id = :id RETURNING drain_requested_by")
_DRAIN = DialectSql(
    "UPDATE workers SET drain_requested_by = :by, drain_requested_at = {now}"
    " WHERE id = :id AND drain_requested_by IS NULL"
)
_GONE = text("DELETE FROM workers WHERE id = :id")
_FORGET = DialectSql("DELETE FROM workers WHERE seen <= {now_ms} - :age")
_ALL = text(
    "SELECT w.id, w.kind, w.host, w.process_id, w.process_started, w.labels, w.parallel, w.started, w.seen,"
    " w.drain_requested_by, w.drain_requested_at FROM workers w ORDER BY w.started, w.id"
)
_UNITS = text("SELECT worker, run, unit FROM queue_units WHERE state = 'claimed' ORDER BY run, unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that carries out units."""

    id: str
    kind: str
    """`server` or `worker`."""
    process: Holder
    labels: Mapping[str, frozenset[str]]
    """Which units it takes: those with one of these values for each label; empty: all."""
    parallel: int
    started: str = ""
    """UTC, ISO 8601; so is `seen`."""
    seen: str = ""
    drain_requested_by: str | None = None
    drain_requested_at: str | None = None
    units: tuple[tuple[str, str], ...] = field(default=())
    """The runs and units that it works on."""


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of a ledger."""

    database: Database

    def register(self, worker: Worker) -> None:
        """Record that a worker is there; once more changes only when it was seen last."""
        with self.database.write() as connection:
            values = {
                "id": worker.id,
                "kind": worker.kind,
                "host": worker.process.host,
                "process_id": worker.process.process_id,
                "process_started": worker.process.process_started,
                "labels": dump({name: sorted(values) for name, values in worker.labels.items()}),
                "parallel": worker.parallel,
                **time_parameters(self.database.own_time()),
            }
            connection.execute(_REGISTER.of(connection), values)

    def beat(self, worker: str) -> bool | None:
        """Record that a worker lives; tells whether it is to take nothing more; None: it is unknown."""
        with self.database.write() as connection:
            values = {"id": worker, **time_parameters(self.database.own_time())}
            found = connection.execute(_SEEN.of(connection), values).first()
        return None if found is None else found.drain_requested_by is not None

    def request_drain(self, worker: str, actor: Actor, reason: str = "") -> bool:
        """Ask that a worker finish what it has and end. Event `worker.drain_requested`.

        Returns False, and records nothing, if there is no such worker or somebody has asked before.
        """
        with self.database.write() as connection:
            values = {"id": worker, "by": plain_text(actor.name)}
            times = time_parameters(self.database.own_time())
            asked = connection.execute(_DRAIN.of(connection), {**values, **times}).rowcount > 0
            if asked:
                append(connection, self.database, EventDraft(actor, "worker.drain_requested", worker, reason))
        return asked

    def leave(self, worker: str) -> None:
        """Record that a worker has ended."""
        with self.database.write() as connection:
            connection.execute(_GONE, {"id": worker})

    def forget(self, age: float) -> int:
        """Forget the workers that were not seen for so many seconds; tells how many."""
        with self.database.write() as connection:
            values = {"age": int(age * 1000), **time_parameters(self.database.own_time())}
            return connection.execute(_FORGET.of(connection), values).rowcount

    def all(self) -> tuple[Worker, ...]:
        """All that have registered and not ended; one that was killed is among them until it is forgotten."""
        with self.database.read() as connection:
            rows = connection.execute(_ALL).all()
            units = connection.execute(_UNITS).all()
        return tuple(
            Worker(
                id=row.id,
                kind=row.kind,
                process=Holder(row.host, row.process_id, row.process_started, ""),
                labels=_labels(row.labels),
                parallel=row.parallel,
                started=row.started,
                seen=iso(from_milliseconds(row.seen)),
                drain_requested_by=row.drain_requested_by,
                drain_requested_at=row.drain_requested_at,
                units=tuple((unit.run, unit.unit) for unit in units if unit.worker == row.id),
            )
            for row in rows
        )


@reads("a worker's labels")
def _labels(labels: str) -> Mapping[str, frozenset[str]]:
    return {str(name): frozenset(map(str, values)) for name, values in json.loads(labels).items()}
