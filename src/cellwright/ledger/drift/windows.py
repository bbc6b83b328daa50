"""The windows of schedules: each is opened once, in the transaction that starts its run."""

from dataclasses import dataclass
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.ledger.drift.values import Window, WindowTakenError
from cellwright.model.diagnostic import error

_COLUMNS = "schedule, begins, ends, run, opened_at, units, left_out"
_PUT = DialectSql(
    "INSERT INTO drift_windows (schedule, begins, ends, run, opened_at, units, left_out)"
    " VALUES (:schedule, :begins, :ends, :run, {now}, :units, :left_out)"
)
_OPENED = text("SELECT 1 FROM drift_windows WHERE schedule = :schedule AND begins = :begins")
_NEWEST = text(f"SELECT {_COLUMNS} FROM drift_windows ORDER BY opened_at DESC, schedule LIMIT :limit")  # noqa: S608
# Runs of windows that are over, and that are still at work.
_OVERDUE = DialectSql(
    f"SELECT {_COLUMNS} FROM drift_windows w WHERE w.ends <= {{now_ms}}"  # noqa: S608  a constant
    " AND EXISTS (SELECT 1 FROM queue_runs q WHERE q.run = w.run)"
    " AND NOT EXISTS (SELECT 1 FROM cancel_requests c WHERE c.run = w.run) ORDER BY w.opened_at"
)


def put_window(connection: Connection, database: Database, window: Window) -> None:
    """Open a window, with the run that looks in it.

    Raises:
        WindowTakenError: it was opened before.
    """
    values = {
        "schedule": window.schedule,
        "begins": window.begins,
        "ends": window.ends,
        "run": window.run,
        "units": window.units,
        "left_out": window.left_out,
        **time_parameters(database.own_time()),
    }
    try:
        connection.execute(_PUT.of(connection), values)
    except integrity_errors():
        raise WindowTakenError(
            error(f"the window of '{window.schedule}' was opened before", "nothing is to be done")
        ) from None


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def is_opened(self, schedule: str, begins: int) -> bool:
        """Tell whether a window was opened."""
        with self.database.read() as connection:
            found = connection.execute(_OPENED, {"schedule": schedule, "begins": begins})
            return found.first() is not None

    def newest(self, limit: int = 50) -> tuple[Window, ...]:
        """Give the windows that were opened last."""
        with self.database.read() as connection:
            return tuple(map(_read, connection.execute(_NEWEST, {"limit": limit}).all()))

    def overdue(self) -> tuple[Window, ...]:
        """Give the windows that are over while units of theirs still wait to be looked at."""
        with self.database.read() as connection:
            now = time_parameters(self.database.own_time())
            return tuple(map(_read, connection.execute(_OVERDUE.of(connection), now).all()))


@reads("a window of a schedule")
def _read(row: Any) -> Window:  # noqa: ANN401  a row
    return Window(
        schedule=row.schedule,
        begins=int(row.begins),
        ends=int(row.ends),
        run=row.run,
        opened_at=row.opened_at,
        units=int(row.units),
        left_out=int(row.left_out),
    )
