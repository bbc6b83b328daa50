"""SQLAlchemy engines: how connections to SQLite and to PostgreSQL are made, set up and checked."""

import select
import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import NullPool

from cellwright.ledger.database.driver.connection import SqliteFile
from cellwright.ledger.database.iam import iam_token
from cellwright.ledger.database.location import PostgresLocation
from cellwright.model.diagnostic import DiagnosticError, error

IDLE = 10.0
"""Seconds after which an unused PostgreSQL connection is checked with a ping before it is used again."""

_CONNECT_SECONDS = "10"
_LAST_USED = "cellwright_last_used"

_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""A commit that was answered must be there after a crash of the server, whatever the server's own default."""


def sqlite_engine(file: SqliteFile) -> Engine:
    """Make the engine for expressions on a SQLite file; nothing is opened yet."""
    # They are few: none of its connections stays open beside those of the file.
    return create_engine("sqlite://", creator=file.open, poolclass=NullPool, hide_parameters=True)


def postgres_engine(location: PostgresLocation, lock_timeout: float) -> Engine:
    """Make the engine for a PostgreSQL server; nothing is opened yet.

    Raises:
        DiagnosticError: the driver is not installed.
    """
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
        connection.cursor().execute(f"SET lock_timeout = {int(lock_timeout * 1000)}; {_DURABLE}")
        connection.commit()

    if location.iam is not None:
        _sign_in_with_tokens(engine, location.url, location.iam)
    replace_lost_connections(engine)
    return engine


def _sign_in_with_tokens(engine: Engine, url: URL, region: str) -> None:
    """Give each new connection a token of its own: one is good for a quarter of an hour."""

    @event.listens_for(engine, "do_connect")
    def add_token(_dialect: object, _record: object, _arguments: object, given: dict[str, Any]) -> None:
        given["password"] = iam_token(url, region)


def replace_lost_connections(engine: Engine) -> None:
    """Check a pooled connection before it is used again; open a new one if the server has closed it.

    A ping before every use would take as long as a statement. A server that closes a connection sends a
    message, so a connection with unread data is suspect; a firewall drops one silently, so a connection that
    was idle for `IDLE` seconds is suspect too. Only suspect connections are pinged.
    """

    @event.listens_for(engine, "checkin")
    def note_use(_connection: object, record: Any) -> None:  # noqa: ANN401  the pool's record
        record.info[_LAST_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401  the driver's connection
        used = record.info.get(_LAST_USED)
        if used is None or (time.monotonic() - used < IDLE and not _has_unread_data(connection)):
            return
        driver = engine.dialect.loaded_dbapi
        try:
            alive = engine.dialect.do_ping(connection)
        except driver.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError


def _has_unread_data(connection: Any) -> bool:  # noqa: ANN401  the driver's connection
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    except (OSError, ValueError, connection.__class__.OperationalError):
        return True
