"""Finds what nobody works on any more: claims whose leases have run out, or whose processes are dead."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.locking import elected, lock_queue
from cellwright.ledger.queue.pauses import NOT_PAUSED
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import LAST, NORMAL

_CLAIMED = DialectSql(
    "SELECT q.run, q.unit, q.fencing, l.fencing AS lease, l.host, l.process_id, l.process_started,"
    " l.run AS holder_run, u.state AS state, l.expires <= {now_ms} AS late"
    " FROM queue_units q LEFT JOIN leases l ON l.unit = q.unit"
    " LEFT JOIN run_units u ON u.run = q.run AND u.unit = q.unit WHERE q.state = 'claimed'"
)
_READY = text(
    "UPDATE queue_units SET state = 'ready', worker = NULL, fencing = NULL WHERE run = :run AND unit = :unit"
)
_RELEASE = text("UPDATE leases SET host = NULL WHERE unit = :unit AND fencing = :fencing")
# Nothing of them is left to begin, or what nobody has begun is to be cancelled.
_STUCK = text(
    "SELECT run FROM queue_runs WHERE NOT EXISTS"
    " (SELECT 1 FROM queue_units WHERE queue_units.run = queue_runs.run)"
    " UNION SELECT run FROM cancel_requests WHERE run IN (SELECT run FROM queue_runs)"
)
_ANY = DialectSql(
    f"SELECT 1 FROM queue_runs WHERE {NOT_PAUSED} AND priority >= :priority"  # noqa: S608  a constant
    " AND (EXISTS (SELECT 1 FROM queue_units u WHERE u.run = queue_runs.run AND u.state = 'ready')"
    " OR EXISTS (SELECT 1 FROM queue_units u WHERE u.run = queue_runs.run AND u.state = 'delayed'"
    " AND u.not_before <= {now_ms})) LIMIT 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaped:
    """What was found."""

    freed: int = 0
    """Units that may be taken again."""
    runs: Collection[str] = ()
    """Runs that are to be advanced."""


def reap(database: Database, is_dead: Callable[[Holder], bool], *, late: bool = True) -> Reaped:
    """Let units be taken again whose workers are gone; `is_dead` knows this machine's own processes.

    Without `late`, a lease that has only run out counts as held: its holder may not have reached the database
    either. One process does this at a time; another one finds nothing.
    """
    with database.write() as connection:
        if not elected(connection):
            return Reaped()
        lock_queue(connection)
        freed, runs = 0, set(connection.execute(_STUCK).scalars())
        now = time_parameters(database.own_time())
        for row in connection.execute(_CLAIMED.of(connection), now).all():
            if not _is_gone(row, is_dead, late=late):
                continue
            if row.state == UnitState.FINISHED.value:
                runs.add(row.run)
                continue
            _free(connection, row)
            freed += 1
        return Reaped(freed=freed, runs=sorted(runs))


def may_begin(database: Database, *, looks_only: bool = False) -> bool:
    """Tell whether any unit is ready, or any that is looked at for drift; reads only."""
    with database.read() as connection:
        values = {**time_parameters(database.own_time()), "priority": LAST if looks_only else NORMAL}
        return connection.execute(_ANY.of(connection), values).first() is not None


def _free(connection: Connection, row: Any) -> None:  # noqa: ANN401  a row
    connection.execute(_READY, {"run": row.run, "unit": row.unit})
    connection.execute(_RELEASE, {"unit": row.unit, "fencing": row.fencing})


def _is_gone(row: Any, is_dead: Callable[[Holder], bool], *, late: bool) -> bool:  # noqa: ANN401  a row
    if row.host is None or row.lease != row.fencing:
        return True
    if row.late and late:
        return True
    return is_dead(Holder(row.host, row.process_id, row.process_started, row.holder_run))
