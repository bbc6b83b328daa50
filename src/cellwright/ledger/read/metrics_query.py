"""Figures of a ledger for whoever watches the server."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection, TextClause, text
from cellwright.ledger.run_state import UnitState
from cellwright.model.runs.run import RunStatus

_RUNS = text("SELECT status, count(*) FROM runs GROUP BY status")
_UNITS = text(
    "SELECT run_units.state, count(*) FROM run_units JOIN runs ON runs.id = run_units.run"
    " WHERE runs.status = :running GROUP BY run_units.state"
)
_DELIVERIES = text("SELECT state, count(*) FROM deliveries GROUP BY state")
_OPEN = text(
    "SELECT count(*) FROM approvals JOIN run_units"
    " ON run_units.run = approvals.run AND run_units.unit = approvals.unit"
    " JOIN runs ON runs.id = approvals.run"
    " WHERE approvals.decision IS NULL AND run_units.state = :planned AND runs.status = :running"
)
_DRIFT = text(
    "SELECT CASE WHEN result = 'unknown' THEN 'unknown' WHEN since IS NULL THEN 'clean' ELSE 'drifted' END,"
    " count(*) FROM drift_units GROUP BY 1"
)
_EVENTS = text("SELECT max(sequence) FROM events")
_RUNNING = RunStatus.RUNNING.value
_PLANNED_THERE = {"running": _RUNNING, "planned": UnitState.PLANNED.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFigures:
    """What is counted."""

    runs: Mapping[str, int]
    """By status."""
    units: Mapping[str, int]
    """Of runs that go on, by state."""
    deliveries: Mapping[str, int]
    """By state."""
    drift: Mapping[str, int]
    """Units that were looked at, by what the newest look has told."""
    open_approvals: int
    events: int


def read_figures(database: Database) -> LedgerFigures:
    """Count.

    Raises:
        DiagnosticError: the database failed.
    """
    with database.read() as connection:
        return LedgerFigures(
            runs=_counts(connection, _RUNS),
            units=_counts(connection, _UNITS, running=_RUNNING),
            deliveries=_counts(connection, _DELIVERIES),
            drift=_counts(connection, _DRIFT),
            open_approvals=connection.execute(_OPEN, _PLANNED_THERE).scalar() or 0,
            events=connection.execute(_EVENTS).scalar() or 0,
        )


def _counts(connection: Connection, statement: TextClause, **values: str) -> Mapping[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(statement, values)}
