"""A statement as text, which either kind of connection executes."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

# What SQLAlchemy puts in place of a list without items: it is valid after IN, and has no rows.
_NO_ITEMS = "(SELECT 1 FROM (SELECT 1) WHERE 1!=1)"

_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""As SQLAlchemy finds parameters in a text."""


class BindParameter:
    """A parameter that stands for a list: `IN :units`."""

    def __init__(self, key: str, *, expanding: bool) -> None:
        self.key = key
        self.expanding = expanding


class TextClause:
    """SQL with named parameters."""

    def __init__(self, sql: str, lists: tuple[str, ...] = ()) -> None:
        self.text = sql
        self._lists = lists

    def bindparams(self, *parameters: BindParameter) -> "TextClause":
        """The same statement with these parameters as lists."""
        return TextClause(self.text, (*self._lists, *(item.key for item in parameters if item.expanding)))

    def for_sqlite(self, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """The text and the values as Python's driver for SQLite takes them."""
        if not self._lists:
            return self._sqlite, values
        given, places = dict(values), dict[str, str]()
        for key in self._lists:
            items: Collection[Any] = given.pop(key)
            single = {f"{key}__{number}": item for number, item in enumerate(items)}
            named = ", ".join(f":{name}" for name in single)
            places[key] = f"({named})" if single else _NO_ITEMS
            given.update(single)
        sql = _PARAMETER.sub(lambda found: places.get(found[1], found[0]), self.text)
        return sql.replace("\\:", ":"), given

    def for_each_on_sqlite(self) -> str:
        """The text for a list of values, one after the other."""
        if self._lists:
            raise ValueError("a statement with lists among its values is executed once only")
        return self._sqlite

    @cached_property
    def _sqlite(self) -> str:
        return self.text.replace("\\:", ":")

    @cached_property
    def _of_library(self) -> Any:  # noqa: ANN401  SQLAlchemy's, which is imported here for the first time
        from sqlalchemy import bindparam, text  # noqa: PLC0415

        return text(self.text).bindparams(*(bindparam(key, expanding=True) for key in self._lists))

    def _execute_on_connection(self, *arguments: Any) -> Any:  # noqa: ANN401  as SQLAlchemy calls it
        """Execute it on a connection of SQLAlchemy, which asks each statement to do so."""
        return self._of_library._execute_on_connection(*arguments)  # noqa: SLF001


def text(sql: str) -> TextClause:
    """A statement."""
    return TextClause(sql)


def bindparam(key: str, *, expanding: bool) -> BindParameter:
    """A parameter for `TextClause.bindparams`."""
    return BindParameter(key, expanding=expanding)
