"""Advances a run: what may begin next, what never will, and whether the run is over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.codec import dump_diagnostics
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, bindparam, text
from cellwright.ledger.queue.locking import lock_queue
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import leave_queue
from cellwright.ledger.write.run_writes import close_run
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, status_word, was_refused

_GOOD = frozenset({Outcome.APPLIED.value, Outcome.UNCHANGED.value})
_ENDED_WELL = _GOOD | {Outcome.PLANNED.value}

_UNITS = bindparam("units", expanding=True)
_AT_ONCE = 500
"""Units that one statement names."""
_RUN = DialectSql(
    "SELECT runs.actor, runs.kind, c.requested_by, c.reason FROM runs"
    " JOIN queue_runs ON queue_runs.run = runs.id LEFT JOIN cancel_requests c ON c.run = runs.id"
    " WHERE runs.id = :run{lock_runs}"
)
_OVER = (
    "SELECT q.unit, q.wave, u.outcome FROM queue_units q"  # noqa: S608  constants
    " JOIN run_units u ON u.run = q.run AND u.unit = q.unit"
    f" WHERE q.run = :run AND u.state = '{UnitState.FINISHED.value}'"
)
_ALL_OVER = text(f"{_OVER} ORDER BY q.ordinal")
_SOME_OVER = text(f"{_OVER} AND q.unit IN :units ORDER BY q.ordinal").bindparams(_UNITS)
_REMOVE = text("DELETE FROM queue_units WHERE run = :run AND unit IN :units").bindparams(_UNITS)
_FEWER = text(
    "UPDATE queue_units SET missing = missing - 1 WHERE run = :run AND unit IN"
    " (SELECT downstream FROM queue_edges WHERE run = :run AND upstream = :unit)"
)
# Only what waited for this unit is looked at, however large the run is.
_FREED = text(
    "UPDATE queue_units SET state = 'ready' WHERE run = :run AND state = 'blocked' AND missing <= 0"
    " AND wave = (SELECT min(wave) FROM queue_units WHERE run = :run)"
    " AND unit IN (SELECT downstream FROM queue_edges WHERE run = :run AND upstream = :unit)"
)
_LEFT = text(
    "SELECT (SELECT min(wave) FROM queue_units WHERE run = :run) AS wave,"
    " EXISTS (SELECT 1 FROM queue_units WHERE run = :run AND state = 'ready') AS ready"
)
_NEXT_WAVE = text(
    "UPDATE queue_units SET state = 'ready'"
    " WHERE run = :run AND wave = :wave AND state = 'blocked' AND missing <= 0"
)
_BELOW = text(
    "WITH RECURSIVE below(unit) AS ("
    "SELECT downstream FROM queue_edges WHERE run = :run AND upstream = :unit"
    " UNION SELECT e.downstream FROM queue_edges e JOIN below b ON e.upstream = b.unit WHERE e.run = :run)"
    " SELECT q.unit FROM queue_units q JOIN below ON below.unit = q.unit WHERE q.run = :run"
    " ORDER BY q.ordinal"
)
_LATER = text("SELECT unit FROM queue_units WHERE run = :run AND wave > :wave ORDER BY ordinal")
_UNBEGUN = text(
    "SELECT unit FROM queue_units WHERE run = :run AND state IN ('blocked', 'ready', 'delayed')"  # noqa: S608  constants
    " AND EXISTS (SELECT 1 FROM run_units u WHERE u.run = queue_units.run AND u.unit = queue_units.unit"
    f" AND u.state = '{UnitState.PENDING.value}') ORDER BY ordinal"
)
# A worker ends them: a plan that waited lies in a working folder.
_BEGUN = text(
    "UPDATE queue_units SET state = 'ready', not_before = NULL WHERE run = :run AND state <> 'claimed'"
)
_NOT_PAUSED_ANY_MORE = text("UPDATE queue_runs SET paused_by = NULL WHERE run = :run")
_END_PENDING = DialectSql(
    f"UPDATE run_units SET state = '{UnitState.FINISHED.value}', outcome = :outcome, finished = {{now}},"  # noqa: S608  constants
    " diagnostics = :diagnostics"
    f" WHERE run = :run AND unit = :unit AND state = '{UnitState.PENDING.value}'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """What became of a run."""

    ready: bool
    """Units of it may begin now."""
    status: RunStatus | None = None
    """How the run has ended, if it has just now."""
    refused: bool = False
    """It has, for no other reason than that somebody has not approved a plan."""


_NOTHING = Advanced(ready=False)


@dataclass(frozen=True, slots=True)
class RunToAdvance:
    """One run in one transaction, its row locked."""

    connection: Connection
    database: Database
    run: str
    ordered: bool
    """False for a run that only plans: nothing waits for anything."""

    def take_ends(self, units: Collection[UnitAddress] | None) -> int | None:
        """Take the units that have an outcome from the queue, with what each of them frees or rules out.

        Gives the wave of the last one; None if there was none.
        """
        last = None
        for row in self._over(units):
            last = int(row.wave)
            self._remove([row.unit])
            if row.outcome in _GOOD or not self.ordered:
                self._succeeded(row.unit)
            else:
                self._failed(row.unit, row.wave, Outcome(row.outcome))
        return last

    def left(self, ended: int | None) -> tuple[int | None, bool]:
        """Give the wave that the run is at, and whether units are ready; a wave that is next begins."""
        found = self.connection.execute(_LEFT, self._named).one()
        if found.wave is None or ended is None or found.wave <= ended:
            return found.wave, bool(found.ready)
        begun = self.connection.execute(_NEXT_WAVE, {**self._named, "wave": found.wave})
        return found.wave, bool(found.ready or begun.rowcount)

    def cancel(self, by: str, reason: str) -> None:
        """End what nobody has begun; what waits is ended by a worker."""
        why = f": {reason}" if reason else ""
        told = error(f"the run was cancelled by {by}{why}", "cellwright resume goes on")
        units = self.connection.execute(_UNBEGUN, self._named).scalars().all()
        self._end(units, Outcome.CANCELLED, told)
        self.connection.execute(_BEGUN, self._named)
        self.connection.execute(_NOT_PAUSED_ANY_MORE, self._named)

    def end(self, by: Actor | str) -> Advanced:
        """End the run, of which nothing is left; tells how."""
        counts, _ = close_run(
            self.connection, self.run, RunStatus.SUCCEEDED, self.database.now(self.connection)
        )
        status = self._status(counts)
        if status is not RunStatus.SUCCEEDED:
            close_run(self.connection, self.run, status, self.database.now(self.connection))
        leave_queue(self.connection, self.run)
        draft = EventDraft(
            by, "run.finished", self.run, "", {"status": status_word(status, counts.keys()), "units": counts}
        )
        append(self.connection, self.database, draft)
        return Advanced(ready=False, status=status, refused=was_refused(status, counts.keys()))

    def _status(self, counts: dict[str, int]) -> RunStatus:
        if Outcome.CANCELLED.value in counts:
            return RunStatus.CANCELLED
        good = _ENDED_WELL if self.ordered else _ENDED_WELL | {Outcome.BLOCKED.value}
        return RunStatus.SUCCEEDED if counts.keys() <= good else RunStatus.FAILED

    def _over(self, units: Collection[UnitAddress] | None) -> Sequence[Any]:
        if units is None:
            return self.connection.execute(_ALL_OVER, self._named).all()
        return self.connection.execute(_SOME_OVER, {**self._named, "units": list(map(str, units))}).all()

    def _succeeded(self, unit: str) -> None:
        named = {**self._named, "unit": unit}
        if self.connection.execute(_FEWER, named).rowcount:
            self.connection.execute(_FREED, named)

    def _failed(self, unit: str, wave: int, outcome: Outcome) -> None:
        ended = f"{unit} {_ENDED.get(outcome, f'ended as {outcome.value}')}"
        below = self.connection.execute(_BELOW, {**self._named, "unit": unit}).scalars().all()
        self._skip(below, f"not run: {ended}")
        later = self.connection.execute(_LATER, {**self._named, "wave": wave}).scalars().all()
        self._skip(later, f"not run: wave {wave} did not succeed: {ended}")

    def _skip(self, units: Sequence[str], summary: str) -> None:
        self._end(units, Outcome.SKIPPED, error(summary, "fix that, then: cellwright resume"))

    def _end(self, units: Sequence[str], outcome: Outcome, why: Diagnostic) -> None:
        """End units that nobody has begun; of one that was begun earlier, its record stays for a resume."""
        if not units:
            return
        fixed = {
            **self._named,
            "outcome": outcome.value,
            "diagnostics": dump_diagnostics((why,)),
            **time_parameters(self.database.own_time()),
        }
        statement = _END_PENDING.of(self.connection)
        self.connection.execute(statement, [{**fixed, "unit": unit} for unit in units])
        self._remove(units)

    def _remove(self, units: Sequence[str]) -> None:
        for start in range(0, len(units), _AT_ONCE):
            self.connection.execute(_REMOVE, {**self._named, "units": units[start : start + _AT_ONCE]})

    @property
    def _named(self) -> dict[str, Any]:
        return {"run": self.run}


_ENDED = {
    Outcome.FAILED: "failed",
    Outcome.BLOCKED: "is blocked",
    Outcome.SKIPPED: "was not run",
    Outcome.REFUSED: "was not approved",
    Outcome.CANCELLED: "was cancelled",
}


def advance(
    database: Database, run_id: str, actor: Actor | None = None, units: Collection[UnitAddress] | None = None
) -> Advanced:
    """Go on with a run of the queue after `units` have ended; None looks at all of them.

    Units that may begin become ready; those that depend on one that failed, and later waves, are skipped;
    what nobody has begun of a cancelled run is cancelled; a run of which nothing is left is over, by whoever
    has cancelled it, or else by `actor`. May be called by any process, any number of times.
    """
    with database.write() as connection:
        lock_queue(connection)
        found = connection.execute(_RUN.of(connection), {"run": run_id}).first()
        if found is None:
            return _NOTHING
        run = RunToAdvance(connection, database, run_id, found.kind != RunKind.PLAN.value)
        ended = run.take_ends(units)
        by: Actor | str = actor or found.actor
        if found.requested_by is not None:
            run.cancel(found.requested_by, found.reason)
            by = Actor(found.requested_by, "ledger")
        wave, ready = run.left(ended)
        return Advanced(ready=ready) if wave is not None else run.end(by)
