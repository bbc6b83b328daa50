"""The statements that change what is remembered of a unit, inside the recorder's transactions."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, TextClause, delete, text

from cellwright.ledger.database.codec import dump_values
from cellwright.ledger.database.rows import head_row, unit_row
from cellwright.ledger.database.tables import HEADS, OUTPUTS, UNITS
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit

_NOTHING = "{}"


def _insert(table: Table) -> str:
    names = [column.name for column in table.columns]
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) ON CONFLICT (unit) DO"  # noqa: S608 - names of our own tables


def _upsert(table: Table, replaced: Iterable[str] | None = None) -> TextClause:
    """Insert a unit's row, or replace those columns of it (None: all). The same SQL in both databases."""
    names = replaced or [column.name for column in table.columns if not column.primary_key]
    return text(f"{_insert(table)} UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}")


_PUT_HEAD = _upsert(HEADS)
_PUT_UNIT = _upsert(UNITS)
_PUT_OUTPUTS = _upsert(OUTPUTS)

# The last success stays; the state mark moves if it could be read.
_FAIL_HEAD = text(
    f"{_insert(HEADS)} UPDATE SET failed = excluded.failed,"
    " lineage = COALESCE(excluded.lineage, heads.lineage), serial = COALESCE(excluded.serial, heads.serial)"
)
_FAIL_UNIT = _upsert(UNITS, ["recipe"])
_FAIL_OUTPUTS = text(f"{_insert(OUTPUTS)} NOTHING")


def put_applied(connection: Connection, applied: AppliedUnit) -> None:
    """Remember an apply that succeeded, in place of what was remembered before."""
    connection.execute(_PUT_HEAD, head_row(applied.head))
    connection.execute(_PUT_UNIT, unit_row(applied))
    outputs = {"unit": str(applied.head.address), "outputs": dump_values(applied.outputs)}
    connection.execute(_PUT_OUTPUTS, outputs)


def put_failed(connection: Connection, attempted: AppliedUnit) -> None:
    """Remember an apply that failed: its fingerprint, and what a destroy needs of what it may have made."""
    head = {**head_row(attempted.head), "fingerprint": None, "failed": attempted.head.fingerprint}
    connection.execute(_FAIL_HEAD, head)
    # Only where the unit was never applied do the inputs below come to stand: none of them was.
    connection.execute(_FAIL_UNIT, {**unit_row(attempted), "inputs": _NOTHING})
    connection.execute(_FAIL_OUTPUTS, {"unit": str(attempted.head.address), "outputs": _NOTHING})


def forget(connection: Connection, address: UnitAddress) -> None:
    """Remember nothing of a unit any more; what hangs on its head goes with it."""
    connection.execute(delete(HEADS).where(HEADS.c.unit == str(address)))
