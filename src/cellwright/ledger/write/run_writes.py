"""The statements that move a run and its units on, inside the recorder's transactions."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.codec import dump, dump_counts, dump_diagnostics
from cellwright.ledger.database.counts import count_units
from cellwright.ledger.database.dialect import Worded, moment
from cellwright.ledger.database.rows import run_row, run_unit_row
from cellwright.ledger.database.tables import CANCEL_REQUESTS, RUN_UNITS, RUNS
from cellwright.ledger.run_state import ENTERED_FROM, REOPENED, TransitionError, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.run import Run, RunStatus, UnitResult
from cellwright.model.value import Json

_UNTOUCHED = {
    "outcome": None,
    "finished": None,
    "seconds": 0.0,
    "resources": None,
    "diagnostics": None,
    "intent": None,
    "plan": None,
}


def _states(states: Iterable[UnitState]) -> str:
    return ", ".join(sorted(f"'{state.value}'" for state in states))


def _enters(state: UnitState, entry: str) -> Worded:
    """`entry` has the further columns to set."""
    return Worded(
        f"UPDATE run_units SET state = '{state.value}'{entry}"  # noqa: S608  states are constants of ours
        f" WHERE run = :run AND unit = :unit AND state IN ({_states(ENTERED_FROM[state])})"
    )


def _ends(only_if: str) -> Worded:
    return Worded(
        f"UPDATE run_units SET state = '{UnitState.FINISHED.value}', outcome = :outcome, finished = {{now}},"  # noqa: S608  as above
        " seconds = :seconds, resources = :resources, diagnostics = :diagnostics, intent = NULL, plan = NULL"
        f" WHERE run = :run AND unit = :unit AND {only_if}"
    )


_ENTER = {
    UnitState.PLANNING: _enters(
        UnitState.PLANNING,
        ", outcome = NULL, finished = NULL, seconds = 0, resources = NULL, diagnostics = NULL, intent = NULL,"
        " plan = NULL, attempt = attempt + 1, started = {now}",
    ),
    UnitState.PLANNED: _enters(UnitState.PLANNED, ", plan = :plan"),
    UnitState.APPLYING: _enters(UnitState.APPLYING, ", intent = :intent, plan = NULL"),
}
_END = _ends(f"state <> '{UnitState.FINISHED.value}'")
_END_PENDING = _ends(f"state = '{UnitState.PENDING.value}'")


def put_run(connection: Connection, run: Run) -> None:
    """A new run, each unit of it pending."""
    connection.execute(insert(RUNS), run_row(run))
    rows = [run_unit_row(run.id, ordinal, unit) for ordinal, unit in enumerate(run.units)]
    if rows:
        connection.execute(insert(RUN_UNITS), rows)


def actor_of(connection: Connection, run_id: str) -> str:
    """Who started a run; locks the run until the transaction's end.

    Raises:
        LookupError: there is no such run.
    """
    actor: str | None = connection.execute(
        select(RUNS.c.actor).where(RUNS.c.id == run_id).with_for_update()
    ).scalar()
    if actor is None:
        raise LookupError(f"the ledger has no run '{run_id}'")
    return actor


def close_run(connection: Connection, run_id: str, status: RunStatus, now: datetime) -> dict[str, int]:
    """Set a run's end and count its units by how they ended."""
    counts = count_units(connection, run_id)
    connection.execute(
        update(RUNS)
        .where(RUNS.c.id == run_id)
        .values(status=status.value, finished=iso(now), outcomes=dump(counts))
    )
    return counts


def reopen(connection: Connection, run_id: str) -> int:
    """Set a run going again; tells how many of its units are pending anew."""
    connection.execute(
        update(RUNS)
        .where(RUNS.c.id == run_id)
        .values(status=RunStatus.RUNNING.value, finished=None, outcomes=None)
    )
    connection.execute(delete(CANCEL_REQUESTS).where(CANCEL_REQUESTS.c.run == run_id))
    again = [outcome.value for outcome in REOPENED]
    reopened = connection.execute(
        update(RUN_UNITS)
        .where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.outcome.in_(again))
        .values(state=UnitState.PENDING.value, **_UNTOUCHED)
    )
    return reopened.rowcount


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
    text = None if kept is None else dump(kept)
    values = {"run": run_id, "unit": str(unit), "intent": text, "plan": text}
    moved = connection.execute(statement.of(connection), values | moment(now))
    if moved.rowcount == 0:
        raise _refusal(connection, run_id, unit, state)


def finish_unit(connection: Connection, run_id: str, result: UnitResult, now: datetime | None) -> None:
    """Record how a unit ended; once.

    Raises:
        TransitionError: it has ended already, or is no part of the run.
    """
    if not _end(connection, run_id, result, now, _END):
        raise _refusal(connection, run_id, result.address, UnitState.FINISHED)


def finish_pending(connection: Connection, run_id: str, result: UnitResult, now: datetime | None) -> bool:
    """Record how a unit ended that nobody has begun with; False, and nothing recorded, if somebody has."""
    return _end(connection, run_id, result, now, _END_PENDING)


def _end(
    connection: Connection, run_id: str, result: UnitResult, now: datetime | None, statement: Worded
) -> bool:
    values = {
        "run": run_id,
        "unit": str(result.address),
        "outcome": result.outcome.value,
        "seconds": result.seconds,
        "resources": dump_counts(result.resources),
        "diagnostics": dump_diagnostics(result.diagnostics),
    }
    return connection.execute(statement.of(connection), values | moment(now)).rowcount > 0


def _refusal(connection: Connection, run_id: str, unit: UnitAddress, wanted: UnitState) -> TransitionError:
    found = connection.execute(
        select(RUN_UNITS.c.state).where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.unit == str(unit))
    ).scalar()
    standing = "is no part of the run" if found is None else f"is {found}"
    return TransitionError(f"{unit} {standing} in run {run_id}, so it can't become {wanted.value}")
