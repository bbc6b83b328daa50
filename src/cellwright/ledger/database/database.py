"""Transactions on a ledger's database; the database's failures become diagnostics."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cellwright.ledger.database.clock import Clock
from cellwright.ledger.database.counts import KeptCounts
from cellwright.ledger.database.driver.connection import SqliteFile
from cellwright.ledger.database.faults import diagnosed, overloaded
from cellwright.ledger.database.location import Location, PostgresLocation, SqliteLocation
from cellwright.ledger.database.sql import Connection, for_texts, text
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.once import OncePerKey

if TYPE_CHECKING:
    from sqlalchemy import Connection as LibraryConnection
    from sqlalchemy import Engine

LOCK_TIMEOUT = 30.0
"""Seconds that a transaction waits for another one's lock."""

_WRITING = "BEGIN IMMEDIATE"
"""SQLite's write lock is taken at once: SQLite doesn't wait for it once the transaction has read."""

_SERVER_TIME = text("SELECT clock_timestamp()")


@dataclass(frozen=True, slots=True)
class Database:
    """A ledger's database. Safe to share between threads."""

    make_engine: Callable[[], "Engine"]
    """What SQLAlchemy reaches the database with; on SQLite only where its expressions are used."""
    location: Location
    clock: Clock | None = None
    """None: PostgreSQL's clock, so that all machines agree; for SQLite this machine's clock."""
    lock_timeout: float = LOCK_TIMEOUT
    absent: bool = False
    """There is no ledger at the location; this empty database is read in its place."""
    file: SqliteFile | None = None
    """Where Python's own driver executes the statements."""
    counts: KeptCounts = field(init=False, default_factory=KeptCounts, compare=False)
    """How many units of its large runs are in which state, for who reads it."""
    _engines: "OncePerKey[str, Engine]" = field(init=False, default_factory=OncePerKey, compare=False)
    _write_lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    @property
    def engine(self) -> "Engine":
        """The engine of SQLAlchemy."""
        return self._engines.get("", self.make_engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, for statements as text.

        Raises:
            DiagnosticError: the database can't be reached or read, or is damaged.
        """
        if self.file is None:
            with self.read_expressions() as connection:
                yield for_texts(connection)
            return
        with diagnosed(self.location), self.file.transaction("BEGIN", "ROLLBACK") as own:
            yield own

    @contextmanager
    def read_expressions(self) -> "Iterator[LibraryConnection]":
        """As `read`, also for expressions of SQLAlchemy."""
        with diagnosed(self.location), self.engine.connect() as connection:
            if _is_sqlite(connection):
                _begin(connection, "BEGIN")
            else:
                # PostgreSQL's default isolation lets each statement see the latest commits, also inside a
                # transaction: beginning one would bring nothing.
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @contextmanager
    def read_one_moment(self) -> "Iterator[LibraryConnection]":
        """As `read_expressions`, but all statements see the database as it was at the first of them.

        Raises:
            DiagnosticError: as `read`.
        """
        if not isinstance(self.location, PostgresLocation) or self.absent:
            with self.read_expressions() as connection:
                yield connection
            return
        one_moment = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with diagnosed(self.location), one_moment.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, for statements as text: all of it, or nothing.

        Raises:
            DiagnosticError: as `read`.
        """
        if self.file is None:
            with self.write_expressions() as connection:
                yield for_texts(connection)
            return
        with diagnosed(self.location), self._one_writer(), self.file.transaction(_WRITING, "COMMIT") as own:
            yield own

    @contextmanager
    def write_expressions(self) -> "Iterator[LibraryConnection]":
        """As `write`, also for expressions of SQLAlchemy."""
        if self.absent:
            raise DiagnosticError(
                error(f"there is no ledger at {self.location} yet", "apply something first")
            )
        with diagnosed(self.location), self._one_writer(), self.engine.begin() as connection:
            if _is_sqlite(connection):
                _begin(connection, _WRITING)
            yield connection

    def now(self, connection: Connection) -> datetime:
        """The present moment."""
        moment: datetime = self.own_time() or connection.execute(_SERVER_TIME).scalar_one()
        return moment

    def own_time(self) -> datetime | None:
        """The present moment; None where the server's clock decides."""
        if self.clock is not None:
            return self.clock.now()
        if isinstance(self.location, PostgresLocation) and not self.absent:
            return None
        return datetime.now(UTC)

    def close(self) -> None:
        """Close the connections."""
        if self.file is not None:
            self.file.close()
        for engine in self._engines.made():
            engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Let this process's threads write to SQLite one at a time: SQLite's own waiting polls, unfairly."""
        if isinstance(self.location, PostgresLocation):
            yield
            return
        if not self._write_lock.acquire(timeout=self.lock_timeout):
            raise DiagnosticError(overloaded(self.location))
        try:
            yield
        finally:
            self._write_lock.release()


def connect(location: Location, clock: Clock | None, lock_timeout: float) -> Database:
    """Make the database at `location` available; nothing is opened yet.

    Raises:
        DiagnosticError: the driver for this kind of database is not installed.
    """
    if isinstance(location, SqliteLocation):
        file = SqliteFile(location, lock_timeout)
        return Database(lambda: _sqlite_engine(file), location, clock, lock_timeout, file=file)
    from cellwright.ledger.database.engines import postgres_engine  # noqa: PLC0415  imports SQLAlchemy

    engine = postgres_engine(location, lock_timeout)
    return Database(lambda: engine, location, clock, lock_timeout)


def _sqlite_engine(file: SqliteFile) -> "Engine":
    from cellwright.ledger.database.engines import sqlite_engine  # noqa: PLC0415  imports SQLAlchemy

    return sqlite_engine(file)


def _is_sqlite(connection: "LibraryConnection") -> bool:
    return connection.dialect.name == "sqlite"


def _begin(connection: "LibraryConnection", statement: str) -> None:
    """Begin with the driver itself: going through SQLAlchemy takes longer than many a statement."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(statement)
