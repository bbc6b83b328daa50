"""Keeps what applies take out of states, inside the recorder's transactions."""

from datetime import datetime
from typing import TypeAlias

from cellwright.ledger.database.codec import dump, plain_json
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.removals import REMOVED, sealed
from cellwright.model.address import UnitAddress
from cellwright.model.runs.removal import RemovalEnd, Removing, removal_to_json
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.model.value import Json

Moment: TypeAlias = datetime | None
"""When it is; None leaves it to the database's server."""

_ENDS = {
    Outcome.APPLIED: RemovalEnd.APPLIED,
    Outcome.FAILED: RemovalEnd.FAILED,
    Outcome.CANCELLED: RemovalEnd.FAILED,
}
_ATTEMPT = text("SELECT attempt FROM run_units WHERE run = :run AND unit = :unit")
_PUT = DialectSql(
    "INSERT INTO removed_resources (unit, run, attempt, place, resource, plan_digest, begun_at)"
    " VALUES (:unit, :run, :attempt, :place, :resource, :plan_digest, {now})"
)
_END = DialectSql(
    "UPDATE removed_resources SET ended = :ended, ended_at = {now} WHERE unit = :unit AND run = :run"
    " AND attempt = (SELECT attempt FROM run_units WHERE run = :run AND unit = :unit)"
)
_ENDED = text(
    "SELECT resource FROM removed_resources WHERE unit = :unit AND run = :run"
    " AND attempt = (SELECT attempt FROM run_units WHERE run = :run AND unit = :unit) ORDER BY place"
)


def put_removals(
    connection: Connection, run_id: str, unit: UnitAddress, removing: Removing, now: datetime | None
) -> None:
    """Record what an apply is about to take out of a unit's state."""
    where = {"run": run_id, "unit": str(unit)}
    row = where | {
        "attempt": connection.execute(_ATTEMPT, where).scalar(),
        "plan_digest": removing.plan_digest,
        **time_parameters(now),
    }
    rows = [
        row | {"place": place, "resource": dump(plain_json(removal_to_json(item)))}
        for place, item in enumerate(removing.resources)
    ]
    connection.execute(_PUT.of(connection), rows)


def end_removals(
    connection: Connection, run_id: str, result: UnitResult, now: datetime | None
) -> dict[str, Json]:
    """Record how the apply of a unit has ended; gives what its event is to say of what was removed."""
    end = _ENDS.get(result.outcome)
    if end is None:
        return {}
    where = {"run": run_id, "unit": str(result.address)}
    changed = connection.execute(
        _END.of(connection), where | {"ended": end.value} | time_parameters(now)
    ).rowcount
    if not changed:
        return {}
    return {REMOVED: sealed(connection.execute(_ENDED, where).scalars())}
