"""The rows that a statement gives."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any


class Row(tuple[Any, ...]):
    """A row: a tuple whose columns have names, as attributes."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401  what the database holds
            """The value of the column of this name."""


class Result:
    """What a statement gives. All rows are read at once, so that none outlasts the transaction."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._rows: Sequence[Row] = ()
        try:
            if cursor.description is not None:
                kind = _row_kind(tuple(column[0] for column in cursor.description))
                self._rows = [kind(row) for row in cursor]
            # Known only when the rows are read: of RETURNING there are some.
            self.rowcount = cursor.rowcount
        finally:
            # One that has rows left would hold the transaction open.
            cursor.close()

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> Sequence[Row]:
        """Every row."""
        return self._rows

    def first(self) -> Row | None:
        """The first row; None if there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """The only row."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any:  # noqa: ANN401  what the database holds
        """The first column of the first row; None if there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:  # noqa: ANN401  what the database holds
        """The first column of the only row."""
        return self.one()[0]

    def scalars(self) -> "Scalars":
        """The first column of every row."""
        return Scalars([row[0] for row in self._rows])


class Scalars:
    """The values of one column."""

    __slots__ = ("_values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def all(self) -> Sequence[Any]:
        """Every value."""
        return self._values

    def first(self) -> Any:  # noqa: ANN401  what the database holds
        """The first value; None if there is none."""
        return self._values[0] if self._values else None


@lru_cache(maxsize=500)
def _row_kind(names: tuple[str, ...]) -> type[Row]:
    # Also a column named `count` or `index` goes before a tuple's method, as in SQLAlchemy's rows.
    getters: dict[str, Any] = {name: property(itemgetter(number)) for number, name in enumerate(names)}
    return type("Row", (Row,), {**getters, "__slots__": (), "_fields": names})
