"""Connections to a SQLite file through Python's driver alone: importing SQLAlchemy takes 0.1 s."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from cellwright.ledger.database import sqlite_file
from cellwright.ledger.database.driver.result import Result
from cellwright.ledger.database.driver.statement import TextClause
from cellwright.ledger.database.faults import os_fault, overloaded
from cellwright.ledger.database.location import SqliteLocation
from cellwright.model.diagnostic import UnavailableError, error

_KEPT = 5
"""Unused connections that stay open."""

_MOST = 15
"""Connections in use at once: each one holds three file descriptors. Whoever needs one more waits."""


class Connection:
    """A connection that executes statements as text, until its transaction ends."""

    __slots__ = ("_driver",)
    dialect = SimpleNamespace(name="sqlite")

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver: sqlite3.Connection | None = driver

    def execute(
        self, statement: TextClause, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Result:
        """Execute a statement; for a list of values, once with each of them."""
        if values is None or isinstance(values, Mapping):
            return self._run(*statement.for_sqlite(values or {}))
        if not values:
            raise ValueError("a statement is to be executed for a list without values")
        sql = statement.for_each_on_sqlite()
        return self._run(sql, values[0]) if len(values) == 1 else self._run_each(sql, values)

    def exec_driver_sql(self, sql: str, values: Sequence[Any] = ()) -> Result:
        """Execute what needs no statement kept for it, with question marks for the values."""
        return self._run(sql, values)

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        """A part of the transaction that is undone alone if it fails."""
        self._run("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self._driver is not None:
                self._run("ROLLBACK TO part")
                self._run("RELEASE part")
            raise
        self._run("RELEASE part")

    def end(self) -> None:
        """Execute nothing more: the driver's connection is another transaction's from now on."""
        self._driver = None

    def _run(self, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> Result:
        driver = self._open()
        try:
            return Result(driver.execute(sql, values))
        except sqlite3.Error:
            self._end_if_undone(driver)
            raise

    def _run_each(self, sql: str, values: Sequence[Mapping[str, Any]]) -> Result:
        driver = self._open()
        try:
            return Result(driver.executemany(sql, values))
        except sqlite3.Error:
            self._end_if_undone(driver)
            raise

    def _open(self) -> sqlite3.Connection:
        if self._driver is None:
            raise RuntimeError("the transaction is over")
        return self._driver

    def _end_if_undone(self, driver: sqlite3.Connection) -> None:
        # On a full or failing disk SQLite undoes the whole transaction; what followed would be outside of it.
        if not driver.in_transaction:
            self.end()


class SqliteFile:
    """A SQLite file and the connections to it. Safe to share between threads: each uses one of its own.

    Not to be used by a process that was forked while a connection was open: SQLite does not allow it.
    """

    def __init__(self, location: SqliteLocation, lock_timeout: float) -> None:
        self._path = location.path
        self._location = location
        self._lock_timeout = lock_timeout
        self._free = threading.BoundedSemaphore(_MOST)
        # The connection that was used last is used first: it still has the pages that are read next, any
        # other one reads them from the file again.
        self._unused: list[sqlite3.Connection] = []
        self._inode: int | None = None
        """The file that the connections have open."""

    @contextmanager
    def transaction(self, begin: str, end: str) -> Iterator[Connection]:
        """A transaction, begun and ended with these statements; undone if the block fails."""
        with self.alone() as driver:
            driver.execute(begin)
            connection = Connection(driver)
            try:
                yield connection
            finally:
                connection.end()
            driver.execute(end)

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """A connection without a transaction, for what SQLite does outside of one."""
        if not self._free.acquire(timeout=self._lock_timeout):
            raise UnavailableError(overloaded(self._location))
        try:
            unused = self._unused
            driver = self._connected(unused)
            try:
                yield driver
            finally:
                self._take_back(driver, unused)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close the connections: those in use when they are given back."""
        unused, self._unused = self._unused, []
        self._inode = None
        while unused:
            unused.pop().close()

    def open(self) -> sqlite3.Connection:
        """Open a connection, which is the caller's own.

        Raises:
            DiagnosticError: the file is no longer there, or another one is in its place.
            sqlite3.Error: it can't be opened.
        """
        self._refuse_replaced()
        # A file that was removed is not made anew. Transactions are begun by `transaction`: the driver would
        # begin them late, and commit before statements that change tables.
        driver = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            timeout=self._lock_timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in sqlite_file.PRAGMAS:
                driver.execute(pragma)
        except BaseException:
            driver.close()
            raise
        return driver

    def _connected(self, unused: list[sqlite3.Connection]) -> sqlite3.Connection:
        try:
            driver = unused.pop()
        except IndexError:
            return self.open()
        try:
            self._refuse_replaced()
        except BaseException:
            driver.close()
            raise
        return driver

    def _refuse_replaced(self) -> None:
        """Refuse a file that another one replaced: SQLite would go on with the former one, which is lost."""
        try:
            found = os.stat(self._path).st_ino  # noqa: PTH116  as often as something is read or written
        except OSError as failure:
            raise os_fault(failure, f"the ledger {self._path} can't be opened") from None
        if self._inode is None:
            self._inode = found
        elif self._inode != found:
            raise UnavailableError(
                error(
                    f"the ledger {self._path} was replaced by another file while it was in use",
                    "end what uses it, such as `cellwright serve`, and start it again",
                )
            )

    def _take_back(self, driver: sqlite3.Connection, unused: list[sqlite3.Connection]) -> None:
        try:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
        except sqlite3.Error:
            # What made it fail is being raised; the transaction ends with its connection.
            driver.close()
            return
        except BaseException:
            driver.close()
            raise
        if unused is self._unused and len(unused) < _KEPT:
            unused.append(driver)
        else:
            driver.close()
