"""Requests to cancel a run, made by any process and seen by the one that carries the run out."""

from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunStatus


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Somebody wants a run to stop."""

    run: str
    requested_by: str
    requested_at: str
    """UTC, ISO 8601."""
    reason: str
    ended: bool = False
    """Whether the run has ended with the request: nobody carried it out any more."""


# The first request counts; a run that is over can't be cancelled.
_REQUEST = DialectSql(
    f"""
    INSERT INTO cancel_requests (run, requested_by, requested_at, reason)
    SELECT id, :requested_by, {{now}}, :reason FROM runs
    WHERE id = :run AND status = '{RunStatus.RUNNING.value}'
    ON CONFLICT (run) DO NOTHING
    """  # noqa: S608  constants
)

_OF_RUN = text("SELECT run, requested_by, requested_at, reason FROM cancel_requests WHERE run = :run")


@dataclass(frozen=True, slots=True)
class CancelRequests:
    """The cancel requests of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def request(self, run: str, actor: Actor, reason: str = "") -> bool:
        """Ask that a run be cancelled. Event `run.cancel_requested`.

        Returns False, and records nothing, if the run is over or somebody has asked before.
        """
        with self.database.write() as connection:
            values = {
                "run": run,
                "requested_by": plain_text(actor.name),
                "reason": plain_text(reason),
                **time_parameters(self.database.own_time()),
            }
            requested = connection.execute(_REQUEST.of(connection), values).rowcount > 0
            if requested:
                draft = EventDraft(actor, "run.cancel_requested", run, reason)
                append(connection, self.database, draft)
        return requested

    def of_run(self, run: str) -> CancelRequest | None:
        """The request to cancel a run; None if there is none. Resuming the run removes it."""
        with self.database.read() as connection:
            row = connection.execute(_OF_RUN, {"run": run}).first()
        return CancelRequest(row.run, row.requested_by, row.requested_at, row.reason) if row else None
