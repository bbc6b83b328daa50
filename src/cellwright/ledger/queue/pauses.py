"""Pauses: while a run is paused, nothing more of it is begun; what was begun comes to its end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import from_milliseconds, iso, milliseconds
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import bindparam
from cellwright.ledger.queue.locking import lock_queue
from cellwright.model.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Somebody has paused a run."""

    run: str
    paused_by: str
    paused_at: str
    """UTC, ISO 8601; so is `until`."""
    reason: str = ""
    until: str | None = None
    """When the run goes on by itself; None: when somebody says so."""


_HOLDS = "paused_by IS NOT NULL AND (paused_until IS NULL OR paused_until > {now_ms})"
NOT_PAUSED = "(paused_by IS NULL OR paused_until <= {now_ms})"
"""The condition on `queue_runs` under which units of a run may begin."""

# The first pause counts until it is over.
_PAUSE = DialectSql(
    "UPDATE queue_runs SET paused_by = :by, paused_at = {now}, paused_reason = :reason,"  # noqa: S608  a constant
    f" paused_until = :until WHERE run = :run AND {NOT_PAUSED}"
    " AND NOT EXISTS (SELECT 1 FROM cancel_requests c WHERE c.run = queue_runs.run)"
)
_END = DialectSql(
    "UPDATE queue_runs SET paused_by = NULL, paused_at = NULL, paused_reason = NULL, paused_until = NULL"  # noqa: S608  a constant
    f" WHERE run = :run AND {_HOLDS}"
)
_RUNS = bindparam("runs", expanding=True)
_OF = DialectSql(
    "SELECT run, paused_by, paused_at, paused_reason, paused_until FROM queue_runs"  # noqa: S608  a constant
    f" WHERE run IN :runs AND {_HOLDS}"
)


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of a ledger's runs. Every method raises DiagnosticError when the database fails."""

    database: Database

    def begin(self, run: str, actor: Actor, reason: str = "", until: datetime | None = None) -> bool:
        """Begin no further unit of a run until `until`, or until `end`. Event `run.paused`.

        Returns False, and records nothing, if the run is not in the queue or is paused already.
        """
        with self.database.write() as connection:
            lock_queue(connection)
            values = {
                "run": run,
                "by": plain_text(actor.name),
                "reason": plain_text(reason),
                "until": None if until is None else milliseconds(until),
                **time_parameters(self.database.own_time()),
            }
            paused = connection.execute(_PAUSE.of(connection), values).rowcount > 0
            if paused:
                detail = {} if until is None else {"until": iso(until)}
                append(connection, self.database, EventDraft(actor, "run.paused", run, reason, detail))
        return paused

    def end(self, run: str, actor: Actor, reason: str = "") -> bool:
        """Let a run go on. Event `run.unpaused`. Returns False, and records nothing, if it is not paused."""
        with self.database.write() as connection:
            lock_queue(connection)
            values = {"run": run, **time_parameters(self.database.own_time())}
            ended = connection.execute(_END.of(connection), values).rowcount > 0
            if ended:
                append(connection, self.database, EventDraft(actor, "run.unpaused", run, reason))
        return ended

    def of_run(self, run: str) -> Pause | None:
        """The pause of a run; None if it is not paused, or not any more."""
        return self.of_runs([run]).get(run)

    def of_runs(self, runs: Collection[str]) -> Mapping[str, Pause]:
        """Those of these runs that are paused now."""
        if not runs:
            return {}
        with self.database.read() as connection:
            values = {"runs": sorted(runs), **time_parameters(self.database.own_time())}
            rows = connection.execute(_OF.of(connection).bindparams(_RUNS), values).all()
        return {
            row.run: Pause(
                run=row.run,
                paused_by=row.paused_by,
                paused_at=row.paused_at,
                reason=row.paused_reason or "",
                until=None if row.paused_until is None else iso(from_milliseconds(row.paused_until)),
            )
            for row in rows
        }
