"""A connection to SQLite that hands statements written as text to Python's driver.

SQLAlchemy looks a text up, converts its parameters and describes its result anew for each execution; for
statements as small as a ledger's that takes ten times as long as SQLite itself. Whatever needs SQLAlchemy
(expressions, lists of parameters, lists inside a statement) goes its way.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, TextClause
from sqlalchemy.exc import IntegrityError

_KINDS: dict[str, type["TextRow"] | None] = {}
"""The rows of each statement that was executed; a program has a fixed number of them."""


class TextRow(tuple[Any, ...]):
    """A row: a tuple whose values have their columns' names, too."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    @property
    def _mapping(self) -> Mapping[str, Any]:
        """Its values by their columns' names."""
        return dict(zip(self._fields, self, strict=True))


class TextResult:
    """What a statement gave: of SQLAlchemy's result, what a ledger asks for."""

    __slots__ = ("_cursor", "_kind", "rowcount")

    def __init__(self, cursor: sqlite3.Cursor, kind: type[TextRow] | None) -> None:
        self._cursor = cursor
        self._kind = kind
        self.rowcount = cursor.rowcount
        """How many rows were changed."""

    def __iter__(self) -> Iterator[Any]:
        kind = self._kind
        return iter(self._cursor) if kind is None else map(kind, self._cursor)

    def all(self) -> list[Any]:
        """All rows."""
        return list(self)

    def fetchall(self) -> list[Any]:
        """All rows."""
        return list(self)

    def first(self) -> Any:  # noqa: ANN401  a row, of whatever the statement selects
        """The first row, or None; the others are not read."""
        found = next(iter(self), None)
        self._cursor.close()
        return found

    def one(self) -> Any:  # noqa: ANN401  as `first`
        """The only row.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = self.all()
        if len(found) != 1:
            raise LookupError(f"a statement gave {len(found)} rows instead of one")
        return found[0]

    def one_or_none(self) -> Any:  # noqa: ANN401  as `first`
        """The only row, or None.

        Raises:
            LookupError: there is more than one.
        """
        found = self.all()
        if len(found) > 1:
            raise LookupError(f"a statement gave {len(found)} rows instead of one")
        return found[0] if found else None

    def scalar(self) -> Any:  # noqa: ANN401  as `first`
        """The first value of the first row; None if there is no row."""
        found = self._cursor.fetchone()
        self._cursor.close()
        return None if found is None else found[0]

    def scalar_one(self) -> Any:  # noqa: ANN401  as `first`
        """The first value of the only row."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:  # noqa: ANN401  as `first`
        """The first value of the only row; None if there is no row."""
        found = self.one_or_none()
        return None if found is None else found[0]

    def scalars(self) -> "TextResult":
        """The first value of each row."""
        return _FirstValues(self._cursor, None)


class _FirstValues(TextResult):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return map(itemgetter(0), self._cursor)


class SqliteConnection(Connection):
    """A connection to a SQLite file."""

    def execute(  # the values that a result has are known where the statement is written
        self,
        statement: Any,  # noqa: ANN401
        parameters: Any = None,  # noqa: ANN401
        *,
        execution_options: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Execute a statement, by the driver alone where that is possible.

        Raises:
            IntegrityError: it would break a constraint.
        """
        if execution_options or not _is_plain(statement, parameters):
            return super().execute(statement, parameters, execution_options=execution_options)
        driver: Any = self.connection.dbapi_connection
        written: str = statement.text
        try:
            cursor = driver.execute(written, parameters or {})
        except sqlite3.IntegrityError as failure:
            raise IntegrityError(written, None, failure, hide_parameters=True) from failure
        kind = _KINDS.get(written)
        if kind is None and written not in _KINDS:
            kind = _KINDS[written] = _kind_of(cursor)
        return TextResult(cursor, kind)


def _is_plain(statement: object, parameters: object) -> bool:
    """Tell whether the driver understands a statement and its parameters as they are."""
    if type(statement) is not TextClause or not (parameters is None or type(parameters) is dict):
        return False
    if statement.get_execution_options() or "\\" in statement.text:
        return False
    return not any(item.expanding for item in statement._bindparams.values())  # noqa: SLF001  as `bindparams`


def _kind_of(cursor: sqlite3.Cursor) -> type[TextRow] | None:
    if cursor.description is None:
        return None
    names = tuple(column[0] for column in cursor.description)
    columns: dict[str, Any] = {name: property(itemgetter(index)) for index, name in enumerate(names)}
    return type("TextRow", (TextRow,), {"__slots__": (), "_fields": names, **columns})
