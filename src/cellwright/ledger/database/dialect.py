"""SQL in which SQLite and PostgreSQL differ.

A statement is written as SQL text beside the function that runs it; SQLAlchemy's expressions are used only to
copy, move, prune and migrate. Where the two databases need different words, the text has a placeholder for
them.
"""

from collections.abc import Mapping
from datetime import datetime

from cellwright.ledger.database.clock import iso, milliseconds
from cellwright.ledger.database.sql import Connection, TextClause, text

_ISO = r"""to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"+00\:00"')"""
_MILLISECONDS = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)"

_PLACEHOLDERS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "lock": "",
        "lock_runs": "",
        "now": ":now",
        "now_ms": ":now_ms",
    },
    "postgresql": {
        "lock": " FOR UPDATE",
        "lock_runs": " FOR UPDATE OF runs",
        "now": f"COALESCE(CAST(:now AS text), {_ISO})",
        "now_ms": f"COALESCE(CAST(:now_ms AS bigint), {_MILLISECONDS})",
    },
}


class DialectSql:
    """A statement with the placeholders `{lock}`, `{lock_runs}`, `{now}` and `{now_ms}`.

    `{lock}` locks the rows that are read until the transaction ends, `{lock_runs}` only those of runs; SQLite
    has locked the whole file by then. `{now}` and `{now_ms}` are the present moment as `clock` writes it, so
    that PostgreSQL's clock can be used without asking for it first; `time_parameters` gives their parameters.
    """

    __slots__ = ("_texts",)

    def __init__(self, statement: str) -> None:
        self._texts = {dialect: text(statement.format(**words)) for dialect, words in _PLACEHOLDERS.items()}

    def of(self, connection: Connection) -> TextClause:
        """The statement for a connection's database."""
        return self._texts[connection.dialect.name]


def time_parameters(now: datetime | None) -> dict[str, object]:
    """The parameters for a statement with `{now}` or `{now_ms}`; None leaves the time to the server."""
    if now is None:
        return {"now": None, "now_ms": None}
    return {"now": iso(now), "now_ms": milliseconds(now)}
