"""The statements that move a run and its units on, inside the recorder's transactions."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from cellwright.ledger.clock import iso
from cellwright.ledger.codec import dump, dump_counts, dump_diagnostics
from cellwright.ledger.counts import count_units
from cellwright.ledger.rows import run_row, run_unit_row
from cellwright.ledger.run_state import ENTERED_FROM, REOPENED, TransitionError, UnitState
from cellwright.ledger.tables import RUN_UNITS, RUNS
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
}


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
    again = [outcome.value for outcome in REOPENED]
    reopened = connection.execute(
        update(RUN_UNITS)
        .where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.outcome.in_(again))
        .values(state=UnitState.PENDING.value, **_UNTOUCHED)
    )
    return reopened.rowcount


def enter_state(
    connection: Connection, run_id: str, unit: UnitAddress, state: UnitState, entry: dict[str, object]
) -> None:
    """Take a unit to an unfinished state; `entry` has further columns to set.

    Raises:
        TransitionError: the unit is in no state from which that one is entered.
    """
    allowed = [item.value for item in ENTERED_FROM.get(state, frozenset())]
    moved = connection.execute(
        update(RUN_UNITS)
        .where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.unit == str(unit), RUN_UNITS.c.state.in_(allowed))
        .values(state=state.value, **entry)
    )
    if moved.rowcount == 0:
        raise _refusal(connection, run_id, unit, state)


def planning_entry(now: datetime) -> dict[str, object]:
    """The columns of a new attempt."""
    return {**_UNTOUCHED, "attempt": RUN_UNITS.c.attempt + 1, "started": iso(now)}


def applying_entry(intent: Json) -> dict[str, object]:
    """The columns of an apply that is about to begin."""
    return {"intent": None if intent is None else dump(intent)}


def finish_unit(connection: Connection, run_id: str, result: UnitResult, now: datetime) -> None:
    """Record how a unit ended; once.

    Raises:
        TransitionError: it has ended already, or is no part of the run.
    """
    if not _end(connection, run_id, result, now, RUN_UNITS.c.state != UnitState.FINISHED.value):
        raise _refusal(connection, run_id, result.address, UnitState.FINISHED)


def finish_pending(connection: Connection, run_id: str, result: UnitResult, now: datetime) -> bool:
    """Record how a unit ended that nobody has begun with; False, and nothing recorded, if somebody has."""
    return _end(connection, run_id, result, now, RUN_UNITS.c.state == UnitState.PENDING.value)


def _end(
    connection: Connection, run_id: str, result: UnitResult, now: datetime, only_if: ColumnElement[bool]
) -> bool:
    ended = connection.execute(
        update(RUN_UNITS)
        .where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.unit == str(result.address), only_if)
        .values(
            state=UnitState.FINISHED.value,
            outcome=result.outcome.value,
            finished=iso(now),
            seconds=result.seconds,
            resources=dump_counts(result.resources),
            diagnostics=dump_diagnostics(result.diagnostics),
            intent=None,
        )
    )
    return ended.rowcount > 0


def _refusal(connection: Connection, run_id: str, unit: UnitAddress, wanted: UnitState) -> TransitionError:
    found = connection.execute(
        select(RUN_UNITS.c.state).where(RUN_UNITS.c.run == run_id, RUN_UNITS.c.unit == str(unit))
    ).scalar()
    standing = "is no part of the run" if found is None else f"is {found}"
    return TransitionError(f"{unit} {standing} in run {run_id}, so it can't become {wanted.value}")
