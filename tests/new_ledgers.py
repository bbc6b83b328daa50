"""New ledgers in milliseconds: the statements that the migrations gave the first one, sent again.

Alembic takes a tenth of a second for them, and two thousand tests begin with a ledger of their own.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event, inspect

from cellwright.ledger.database.version import VERSION_TABLE

_Upgrade = Callable[[Connection], None]
_READS = ("SELECT", "PRAGMA")


def sent_again(whole: _Upgrade) -> _Upgrade:
    """Give what does as `whole`; for an empty database the second time without it."""
    known: dict[str, list[tuple[str, Any]]] = {}

    def upgrade(connection: Connection) -> None:
        if inspect(connection).has_table(VERSION_TABLE):
            whole(connection)
        elif (database := connection.dialect.name) in known:
            for statement, parameters in known[database]:
                connection.exec_driver_sql(statement, parameters)
        else:
            known[database] = _recorded(connection, whole)

    return upgrade


def _recorded(connection: Connection, whole: _Upgrade) -> list[tuple[str, Any]]:
    statements: list[tuple[str, Any]] = []

    def record(*sent: Any) -> None:  # noqa: ANN401  as SQLAlchemy calls it
        _connection, _cursor, statement, parameters, _context, _many = sent
        if not statement.lstrip().upper().startswith(_READS):
            statements.append((statement, parameters or None))

    event.listen(connection, "after_cursor_execute", record, named=False)
    try:
        whole(connection)
    finally:
        event.remove(connection, "after_cursor_execute", record)
    return statements
