"""Statements of which a run needs many for each unit: written once as text, in the words of either database.

Put together anew for every call, a statement costs several times what the database takes to carry it out.
The time is part of them, so that a server need not be asked for it first.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, TextClause, text

from cellwright.ledger.database.clock import iso, milliseconds

_ISO = r"""to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"+00\:00"')"""
_MILLISECONDS = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "lock": "",
        "now": ":now",
        "now_ms": ":now_ms",
    },
    "postgresql": {
        "lock": " FOR UPDATE",
        "now": f"COALESCE(CAST(:now AS text), {_ISO})",
        "now_ms": f"COALESCE(CAST(:now_ms AS bigint), {_MILLISECONDS})",
    },
}


class Worded:
    """A statement in which `{lock}`, `{now}` and `{now_ms}` stand for what either database calls them.

    `lock` keeps the rows that are read until the transaction's end; SQLite has locked the whole by then.
    `now` and `now_ms` are the present moment as `clock` writes it; `moment` gives their parameters.
    """

    __slots__ = ("_texts",)

    def __init__(self, statement: str) -> None:
        self._texts = {dialect: text(statement.format(**words)) for dialect, words in _WORDS.items()}

    def of(self, connection: Connection) -> TextClause:
        """The statement for the database at the other end."""
        return self._texts[connection.dialect.name]


def moment(now: datetime | None) -> dict[str, object]:
    """The parameters for a statement that names the time; None leaves it to the server."""
    if now is None:
        return {"now": None, "now_ms": None}
    return {"now": iso(now), "now_ms": milliseconds(now)}
