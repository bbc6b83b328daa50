"""The statements that change a run and its units, inside the recorder's transactions."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.codec import dump, dump_diagnostics
from cellwright.ledger.database.counts import count_units
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.resource_counts import dump_counts
from cellwright.ledger.database.run_rows import run_row, run_unit_row
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.run_state import ENTERED_FROM, REOPENED, Decision, TransitionError, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Run, RunStatus, UnitResult, status_word
from cellwright.model.runs.waiting_time import Span, seconds_waited
from cellwright.model.value import Json


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(sorted(f"'{value}'" for value in values))


def _states(states: Iterable[UnitState]) -> str:
    return _quoted(state.value for state in states)


def _enters(state: UnitState, also: str) -> DialectSql:
    """The statement that takes a unit to `state`; `also` sets further columns."""
    return DialectSql(
        f"UPDATE run_units SET state = '{state.value}'{also}"  # noqa: S608  states are constants of ours
        f" WHERE run = :run AND unit = :unit AND state IN ({_states(ENTERED_FROM[state])})"
    )


def _ends(only_if: str) -> DialectSql:
    return DialectSql(
        f"UPDATE run_units SET state = '{UnitState.FINISHED.value}', outcome = :outcome, finished = {{now}},"  # noqa: S608  as above
        " seconds = :seconds, resources = :resources, diagnostics = :diagnostics, intent = NULL, plan = NULL"
        f" WHERE run = :run AND unit = :unit AND {only_if}"
    )


_NO_RESULT = (
    "outcome = NULL, finished = NULL, seconds = 0, resources = NULL, diagnostics = NULL, intent = NULL,"
    " plan = NULL"
)
_INSERT_RUN = text(
    "INSERT INTO runs"
    " (id, kind, status, actor, reason, started, finished, fleet_commit, unit_count, outcomes)"
    " VALUES (:id, :kind, :status, :actor, :reason, :started, :finished, :fleet_commit, :unit_count,"
    " :outcomes)"
)
_INSERT_RUN_UNIT = text(
    "INSERT INTO run_units (run, unit, ordinal, operation, wave, state, attempt, seconds)"
    " VALUES (:run, :unit, :ordinal, :operation, :wave, :state, :attempt, :seconds)"
)
_STARTER = DialectSql("SELECT actor FROM runs WHERE id = :run{lock}")
_END_RUN = text(
    "UPDATE runs SET status = :status, finished = :finished, outcomes = :outcomes, waited = :waited"
    " WHERE id = :run"
)
_QUESTIONS = text("SELECT unit, asked_at, answered_at FROM approvals WHERE run = :run")
_WORK = text("SELECT unit, started, finished FROM run_units WHERE run = :run AND started IS NOT NULL")
_ENDS_AND_RETURNS = text(
    "SELECT action, time FROM events WHERE subject = :run AND action IN ('run.finished', 'run.resumed')"
    " ORDER BY sequence"
)
_REOPEN_RUN = text(
    f"UPDATE runs SET status = '{RunStatus.RUNNING.value}', finished = NULL, outcomes = NULL WHERE id = :run"  # noqa: S608  as above
)
_REOPEN_UNITS = text(
    f"UPDATE run_units SET state = '{UnitState.PENDING.value}', {_NO_RESULT}"  # noqa: S608  as above
    f" WHERE run = :run AND outcome IN ({_quoted(outcome.value for outcome in REOPENED)})"
)
_FORGET_CANCEL_REQUEST = text("DELETE FROM cancel_requests WHERE run = :run")
_ENTER = {
    UnitState.PLANNING: _enters(
        UnitState.PLANNING, f", {_NO_RESULT}, attempt = attempt + 1, started = {{now}}"
    ),
    UnitState.PLANNED: _enters(UnitState.PLANNED, ", plan = :plan"),
    UnitState.APPLYING: _enters(UnitState.APPLYING, ", intent = :intent, plan = NULL"),
}
_END = _ends(f"state <> '{UnitState.FINISHED.value}'")
_END_PENDING = _ends(f"state = '{UnitState.PENDING.value}'")
# The question about the plan that its unit waits with; none if the unit was approved without a question.
_NEWEST_ANSWER = DialectSql(
    "SELECT decision, answered_by FROM approvals WHERE run = :run AND unit = :unit AND EXISTS ("  # noqa: S608
    " SELECT 1 FROM run_units WHERE run_units.run = approvals.run AND run_units.unit = approvals.unit"
    f" AND run_units.state = '{UnitState.PLANNED.value}') ORDER BY asked_at DESC LIMIT 1{{lock}}"
)
_STATE = text("SELECT state FROM run_units WHERE run = :run AND unit = :unit")


def put_run(connection: Connection, run: Run) -> None:
    """Insert a new run with its units, all pending."""
    connection.execute(_INSERT_RUN, run_row(run))
    rows = [run_unit_row(run.id, ordinal, unit) for ordinal, unit in enumerate(run.units)]
    if rows:
        connection.execute(_INSERT_RUN_UNIT, rows)


def actor_of(connection: Connection, run_id: str) -> str:
    """Who started a run; locks the run until the transaction's end.

    Raises:
        LookupError: there is no such run.
    """
    actor: str | None = connection.execute(_STARTER.of(connection), {"run": run_id}).scalar()
    if actor is None:
        raise LookupError(f"the ledger has no run '{run_id}'")
    return actor


def close_run(
    connection: Connection, run_id: str, status: RunStatus, now: datetime
) -> tuple[dict[str, int], float]:
    """Record the end of a run; returns how many of its units ended how, and how long it waited for people."""
    counts, waited = count_units(connection, run_id), _waited(connection, run_id, now)
    word = status_word(status, counts.keys())
    values = {"run": run_id, "status": word, "finished": iso(now), "outcomes": dump(counts)}
    connection.execute(_END_RUN, {**values, "waited": waited})
    return counts, waited


def _waited(connection: Connection, run_id: str, now: datetime) -> float:
    waits: dict[str, list[Span]] = {}
    for unit, asked, answered in connection.execute(_QUESTIONS, {"run": run_id}):
        waits.setdefault(unit, []).append(_span(asked, answered, now))
    rests = _rests(connection, run_id)
    if not waits and not rests:
        return 0.0
    rows = connection.execute(_WORK, {"run": run_id}).all()
    work = {unit: _span(started, finished, now) for unit, started, finished in rows}
    return seconds_waited(waits, work, rests)


def _rests(connection: Connection, run_id: str) -> list[Span]:
    """Give the times from each end of a run to when it was resumed; when it was killed is not known."""
    rows = connection.execute(_ENDS_AND_RETURNS, {"run": run_id}).all()
    return [
        (datetime.fromisoformat(ended), datetime.fromisoformat(resumed))
        for (action, ended), (then, resumed) in pairwise(rows)
        if (action, then) == ("run.finished", "run.resumed")
    ]


def _span(begin: str, end: str | None, now: datetime) -> Span:
    return datetime.fromisoformat(begin), now if end is None else datetime.fromisoformat(end)


def reopen(connection: Connection, run_id: str) -> int:
    """Make a run a running one again; returns how many of its units are pending again."""
    connection.execute(_REOPEN_RUN, {"run": run_id})
    connection.execute(_FORGET_CANCEL_REQUEST, {"run": run_id})
    return connection.execute(_REOPEN_UNITS, {"run": run_id}).rowcount


def enter_state(
    connection: Connection,
    run_id: str,
    unit: UnitAddress,
    state: UnitState,
    kept: Json,
    now: datetime | None,
) -> None:
    """Take a unit to an unfinished state; PLANNING begins a new attempt.

    `kept` is what another process needs after a crash: the plan with PLANNED, the intent with APPLYING.

    Raises:
        TransitionError: the unit is in no state from which that one is entered.
    """
    statement = _ENTER.get(state)
    if statement is None:
        raise _refusal(connection, run_id, unit, state)
    content = None if kept is None else dump(kept)
    values = {"run": run_id, "unit": str(unit), "intent": content, "plan": content}
    entered = connection.execute(statement.of(connection), values | time_parameters(now))
    if entered.rowcount == 0:
        raise _refusal(connection, run_id, unit, state)


def refuse_withdrawn(connection: Connection, run_id: str, unit: UnitAddress) -> None:
    """Refuse to act on a plan whose approval was taken back, in the transaction that acts on it.

    Raises:
        DiagnosticError: it was.
    """
    row = connection.execute(_NEWEST_ANSWER.of(connection), {"run": run_id, "unit": str(unit)}).first()
    if row is not None and row.decision == Decision.REJECTED.value:
        raise DiagnosticError(
            error(
                f"{row.answered_by} has rejected the plan of {unit} since it was approved",
                "nothing was applied; run apply again to decide anew",
            )
        )


def finish_unit(connection: Connection, run_id: str, result: UnitResult, now: datetime | None) -> None:
    """Record how a unit ended; once.

    Raises:
        TransitionError: it has ended already, or is no part of the run.
    """
    if not _end(connection, run_id, result, now, _END):
        raise _refusal(connection, run_id, result.address, UnitState.FINISHED)


def finish_pending(connection: Connection, run_id: str, result: UnitResult, now: datetime | None) -> bool:
    """Record how a pending unit ended; False, and nothing is recorded, if it is no longer pending."""
    return _end(connection, run_id, result, now, _END_PENDING)


def _end(
    connection: Connection, run_id: str, result: UnitResult, now: datetime | None, statement: DialectSql
) -> bool:
    values = {
        "run": run_id,
        "unit": str(result.address),
        "outcome": result.outcome.value,
        "seconds": result.seconds,
        "resources": dump_counts(result.resources),
        "diagnostics": dump_diagnostics(result.diagnostics),
    }
    return connection.execute(statement.of(connection), values | time_parameters(now)).rowcount > 0


def _refusal(connection: Connection, run_id: str, unit: UnitAddress, wanted: UnitState) -> TransitionError:
    state = connection.execute(_STATE, {"run": run_id, "unit": str(unit)}).scalar()
    found = "is no part of the run" if state is None else f"is {state}"
    return TransitionError(f"{unit} {found} in run {run_id}, so it can't become {wanted.value}")
