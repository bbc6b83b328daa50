"""The connection to a ledger's database: transactions that take turns, failures that say what to do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection

from cellwright.ledger.database.clock import Clock
from cellwright.ledger.database.faults import diagnosed
from cellwright.ledger.database.location import Location, PostgresLocation, SqliteLocation
from cellwright.ledger.database.lost import replace_lost
from cellwright.ledger.database.sqlite_file import WRITE_AHEAD
from cellwright.model.diagnostic import DiagnosticError, error

SQLITE_PRAGMAS = (
    WRITE_AHEAD,
    # A commit survives the process; the last ones may be lost with the machine, never the file.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
)
"""What every connection to a SQLite ledger is set to."""

LOCK_TIMEOUT = 30.0
"""Seconds that a transaction waits for another one's lock."""

_CONNECT_SECONDS = "10"
_SERVER_TIME = text("SELECT clock_timestamp()")


@dataclass(frozen=True, slots=True)
class Database:
    """A ledger's database. Safe to share between threads."""

    engine: Engine
    location: Location
    clock: Clock | None = None
    """None is the right one: the server's, so that machines agree, else this machine's."""
    lock_timeout: float = LOCK_TIMEOUT
    absent: bool = False
    """There is no ledger at the location; this one stands for it, empty."""
    _turn: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            DiagnosticError: the database failed in one of the ways that databases do.
        """
        with diagnosed(self.location), self.engine.connect() as connection:
            if _is_sqlite(connection):
                _begin(connection, "BEGIN")
            else:
                # There each statement sees what was committed before it, in a transaction too: none is begun.
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing.

        Raises:
            DiagnosticError: as `read`.
        """
        if self.absent:
            raise DiagnosticError(
                error(f"there is no ledger at {self.location} yet", "apply something first")
            )
        with diagnosed(self.location), self._in_turn(), self.engine.begin() as connection:
            if _is_sqlite(connection):
                # Taken at once: a lock that is only asked for at the first write can't be waited for.
                _begin(connection, "BEGIN IMMEDIATE")
            yield connection

    def now(self, connection: Connection) -> datetime:
        """The present moment."""
        moment: datetime = self.own_time() or connection.execute(_SERVER_TIME).scalar_one()
        return moment

    def own_time(self) -> datetime | None:
        """The present moment, if it is not for the server to say."""
        if self.clock is not None:
            return self.clock.now()
        if isinstance(self.location, PostgresLocation) and not self.absent:
            return None
        return datetime.now(UTC)

    def forked(self) -> None:
        """Let go of the connections in a copy of this process: they stay the first one's."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Threads of one process queue here: SQLite's own waiting is polling, and unfair."""
        if isinstance(self.location, PostgresLocation):
            yield
            return
        if not self._turn.acquire(timeout=self.lock_timeout):
            raise DiagnosticError(
                error(f"the ledger {self.location} is overloaded", "run fewer units at once")
            )
        try:
            yield
        finally:
            self._turn.release()


def connect(location: Location, clock: Clock | None, lock_timeout: float) -> Database:
    """Make ready to connect; nothing is opened yet.

    Raises:
        DiagnosticError: the driver for this kind of database is not installed.
    """
    match location:
        case SqliteLocation():
            engine = _sqlite_engine(location, lock_timeout)
        case PostgresLocation():
            engine = _postgres_engine(location, lock_timeout)
    return Database(engine, location, clock, lock_timeout)


def _sqlite_engine(location: SqliteLocation, lock_timeout: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(location.path)),
        connect_args={"timeout": lock_timeout},
        hide_parameters=True,
    )
    take_over_transactions(engine)
    return engine


def take_over_transactions(engine: Engine) -> None:
    """Let SQLite's transactions be begun by us: the driver would begin late, and commit before DDL."""

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.cursor().execute(pragma)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _begin(connection: Connection, how: str) -> None:
    """Begin by the driver itself: the toolkit's way to it takes longer than many a statement."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(how)


def _postgres_engine(location: PostgresLocation, lock_timeout: float) -> Engine:
    settings = {"connect_timeout": _CONNECT_SECONDS} | dict(location.url.query)
    try:
        engine = create_engine(
            location.url.set(query=settings),
            hide_parameters=True,
        )
    except ImportError:
        raise DiagnosticError(
            error(
                f"the ledger {location} needs the PostgreSQL driver, which is not installed",
                "pip install 'cellwright[postgres]'",
            )
        ) from None

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute(f"SET lock_timeout = {int(lock_timeout * 1000)}")
        connection.commit()

    replace_lost(engine)
    return engine
