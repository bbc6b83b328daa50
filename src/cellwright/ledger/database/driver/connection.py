"""Connections to a SQLite file through Python's driver alone: importing SQLAlchemy takes 0.1 s."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from cellwright.ledger.database import sqlite_file
from cellwright.ledger.database.driver.result import Result
from cellwright.ledger.database.driver.statement import TextClause
from cellwright.ledger.database.location import SqliteLocation

_KEPT = 5
"""Unused connections that stay open."""


class Connection:
    """A connection that executes statements as text."""

    __slots__ = ("_driver",)
    dialect = SimpleNamespace(name="sqlite")

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def execute(
        self, statement: TextClause, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Result:
        """Execute a statement; for a list of values, once with each of them."""
        if values is None or isinstance(values, Mapping):
            return Result(self._driver.execute(*statement.for_sqlite(values or {})))
        return Result(self._driver.executemany(statement.for_sqlite({})[0], values))

    def exec_driver_sql(self, sql: str, values: Sequence[Any] = ()) -> Result:
        """Execute what needs no statement kept for it, with question marks for the values."""
        return Result(self._driver.execute(sql, values))

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        """A part of the transaction that is undone alone if it fails."""
        self._driver.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._driver.execute("ROLLBACK TO part")
            self._driver.execute("RELEASE part")
            raise
        self._driver.execute("RELEASE part")


class SqliteFile:
    """A SQLite file and the connections to it. Safe to share between threads: each uses one of its own."""

    def __init__(self, location: SqliteLocation, lock_timeout: float) -> None:
        self._path = str(location.path)
        self._lock_timeout = lock_timeout
        # The connection that was used last is used first: it still has the pages that are read next, any
        # other one reads them from the file again.
        self._unused: list[sqlite3.Connection] = []

    @contextmanager
    def transaction(self, begin: str) -> Iterator[Connection]:
        """A transaction, begun with this statement; undone if the block fails."""
        driver = self._connected()
        try:
            driver.execute(begin)
            yield Connection(driver)
            driver.execute("COMMIT")
        finally:
            self._take_back(driver)

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """A connection without a transaction, for what SQLite does outside of one."""
        driver = self._connected()
        try:
            yield driver
        finally:
            self._take_back(driver)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._unused:
            self._unused.pop().close()

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._unused.pop()
        except IndexError:
            return self._open()

    def _open(self) -> sqlite3.Connection:
        # Transactions are begun by `transaction`: the driver would begin them late, and commit before
        # statements that change tables.
        driver = sqlite3.connect(
            self._path, timeout=self._lock_timeout, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in sqlite_file.PRAGMAS:
                driver.execute(pragma)
        except BaseException:
            driver.close()
            raise
        return driver

    def _take_back(self, driver: sqlite3.Connection) -> None:
        try:
            if driver.in_transaction:
                driver.rollback()
        except sqlite3.Error:
            # What made it fail is being raised; the transaction ends with its connection.
            driver.close()
            return
        if len(self._unused) < _KEPT:
            self._unused.append(driver)
        else:
            driver.close()
