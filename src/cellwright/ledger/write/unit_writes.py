"""The statements that change what is recorded of a unit, inside the recorder's transactions."""

from collections.abc import Iterable, Mapping

from cellwright.ledger.database.below import below
from cellwright.ledger.database.codec import dump_values
from cellwright.ledger.database.rows import head_row, unit_row
from cellwright.ledger.database.sql import Connection, TextClause, text
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error

_NOTHING = "{}"


# Written out, because importing the tables' definitions imports SQLAlchemy; a test compares the two.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "heads": ("unit", "fingerprint", "failed", "lineage", "serial"),
    "units": (
        "unit",
        "source_digest",
        "source_label",
        "backend_digest",
        "inputs",
        "recipe",
        "terraform_version",
        "run",
        "fleet_commit",
        "applied_at",
        "product",
    ),
    "outputs": ("unit", "outputs"),
}
"""The columns of the tables of units; the first one is the key."""


def _insert(table: str) -> str:
    names = COLUMNS[table]
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) ON CONFLICT (unit) DO"  # noqa: S608 - names of our own tables


def _upsert(table: str, replaced: Iterable[str] | None = None) -> TextClause:
    """Insert a unit's row, or replace some columns of the one that is there (None: all)."""
    names = replaced or COLUMNS[table][1:]
    return text(f"{_insert(table)} UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}")


_PUT_HEAD = _upsert("heads")
_PUT_UNIT = _upsert("units")
_PUT_OUTPUTS = _upsert("outputs")

# The fingerprint of the last success stays; the state mark is replaced if the new one is known.
_FAIL_HEAD = text(
    f"{_insert('heads')} UPDATE SET failed = excluded.failed,"
    " lineage = COALESCE(excluded.lineage, heads.lineage), serial = COALESCE(excluded.serial, heads.serial)"
)
# What ran it too, as it may have written the state.
_FAIL_UNIT = _upsert("units", ["recipe", "product", "terraform_version"])
_MOVE_HEAD = _upsert("heads", ["lineage", "serial"])
_MOVE_UNIT = _upsert("units", ["recipe", "backend_digest"])
_FAIL_OUTPUTS = text(f"{_insert('outputs')} NOTHING")
_OF_CELL = text("SELECT unit FROM heads WHERE unit >= :first AND unit < :end ORDER BY unit LIMIT 5")
_DELETE_HEAD = text("DELETE FROM heads WHERE unit = :unit")


def put_applied(connection: Connection, applied: AppliedUnit) -> None:
    """Record an apply that succeeded, in place of what was recorded before."""
    connection.execute(_PUT_HEAD, head_row(applied.head))
    connection.execute(_PUT_UNIT, unit_row(applied))
    outputs = {"unit": str(applied.head.address), "outputs": dump_values(applied.outputs)}
    connection.execute(_PUT_OUTPUTS, outputs)


def put_failed(connection: Connection, attempted: AppliedUnit) -> None:
    """Record an apply that failed: its fingerprint, and what a later destroy needs."""
    head = {**head_row(attempted.head), "fingerprint": None, "failed": attempted.head.fingerprint}
    connection.execute(_FAIL_HEAD, head)
    # These inputs are inserted only if the unit was never applied: then none of them was.
    connection.execute(_FAIL_UNIT, {**unit_row(attempted), "inputs": _NOTHING})
    connection.execute(_FAIL_OUTPUTS, {"unit": str(attempted.head.address), "outputs": _NOTHING})


def put_moved(connection: Connection, moved: AppliedUnit) -> None:
    """Record where a unit's state lies now; all else that is recorded of it stays."""
    connection.execute(_MOVE_HEAD, head_row(moved.head))
    connection.execute(_MOVE_UNIT, unit_row(moved))


def forget(connection: Connection, address: UnitAddress) -> None:
    """Delete a unit's head; its dependent rows are deleted by cascade."""
    connection.execute(_DELETE_HEAD, {"unit": str(address)})


def refuse_standing(connection: Connection, cell: CellAddress) -> None:
    """Go on only if nothing is recorded of any unit of a cell.

    Raises:
        DiagnosticError: something is.
    """
    found = connection.execute(_OF_CELL, below(cell)).scalars().all()
    if found:
        raise DiagnosticError(
            error(
                f"{cell} was applied again while it was being offboarded: {', '.join(found)}",
                f"its settings stay; to go on: cellwright offboard {cell.cell}",
            )
        )
