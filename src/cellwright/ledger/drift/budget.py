"""The budget: so many looks of one account begin in any hour at the most, whoever begins them."""

from datetime import datetime

from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text

HOUR = 3_600_000
"""Milliseconds."""

# After a clock that ran ahead was set back, what it had written would hold the budget for as long.
_CALM = DialectSql("UPDATE drift_begun SET begun = {now_ms} WHERE account = :account AND begun > {now_ms}")
_FORGET = DialectSql(
    f"DELETE FROM drift_begun WHERE account = :account AND begun <= {{now_ms}} - {HOUR}"  # noqa: S608  a constant
)
_PUT = DialectSql(
    "INSERT INTO drift_begun (run, unit, claims, account, begun)"
    " VALUES (:run, :unit, :claims, :account, {now_ms})"
    " ON CONFLICT (run, unit, claims) DO UPDATE SET begun = excluded.begun"
)
_USED = DialectSql(
    f"SELECT count(*) FROM drift_begun WHERE account = :account AND begun > {{now_ms}} - {HOUR}"  # noqa: S608
)
_BEGUN = text("SELECT begun FROM drift_begun WHERE account = :account ORDER BY begun DESC LIMIT :most")
_READY = text(
    "SELECT unit FROM queue_units WHERE run = :run AND state = 'ready' AND account = :account"
    " ORDER BY ordinal"
)
_POSTPONE = text(
    "UPDATE queue_units SET state = 'delayed', not_before = :moment WHERE run = :run AND unit = :unit"
)


def is_used_up(connection: Connection, now: datetime | None, account: str, most: int) -> bool:
    """Tell whether an account may begin no look now; units without an account share one budget."""
    values = {"account": account, **time_parameters(now)}
    connection.execute(_CALM.of(connection), values)
    used: int = connection.execute(_USED.of(connection), values).scalar_one()
    return used >= most


def postpone(connection: Connection, run: str, account: str, most: int) -> None:
    """Let the units of an account that are ready wait for their turn: each for the end of one look's hour."""
    units = connection.execute(_READY, {"run": run, "account": account}).scalars().all()
    if not units:
        return
    begun = sorted(connection.execute(_BEGUN, {"account": account, "most": most}).scalars())
    rows = [
        {
            "run": run,
            "unit": unit,
            "moment": begun[place % len(begun)] + HOUR * (1 + place // len(begun)),
        }
        for place, unit in enumerate(units)
    ]
    connection.execute(_POSTPONE, rows)


def put_begun(
    connection: Connection, now: datetime | None, run: str, unit: str, claims: int, account: str
) -> None:
    """Count a look that begins now, and forget those of its account that count no more."""
    values = {"run": run, "unit": unit, "claims": claims, "account": account, **time_parameters(now)}
    connection.execute(_FORGET.of(connection), values)
    connection.execute(_PUT.of(connection), values)
