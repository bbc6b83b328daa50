"""Expected failures of the database drivers as diagnostics; any other exception is a bug and is passed on."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.ledger.database.location import Location, PostgresLocation, SqliteLocation
from cellwright.model.diagnostic import Diagnostic, UnavailableError, error

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

_ELSEWHERE = "or put the ledger elsewhere with --ledger"
_DAMAGED = "restore it from a backup; or move the file away to begin anew, then no unit counts as applied"
_FULL = "free some space, then run `cellwright resume`; nothing was half-written"
_LOCKED = "wait until the other process is done; `fuser` or `lsof` tells which one has the ledger open"
_SERVER_DOWN = "check that the server runs and that host, port and database in the URL are right"
_PASSWORD = "put the right password into ~/.pgpass, PGPASSWORD or the URL"  # noqa: S105 - no password itself
_NOT_SQLITE = ("{0} is no ledger: it is not a SQLite file", f"move it away, {_ELSEWHERE}")

_SQLITE = {
    sqlite3.SQLITE_BUSY: ("the ledger {0} is locked by another process", _LOCKED),
    sqlite3.SQLITE_LOCKED: ("the ledger {0} is locked by another process", _LOCKED),
    sqlite3.SQLITE_CORRUPT: ("the ledger {0} is damaged", _DAMAGED),
    sqlite3.SQLITE_NOTADB: _NOT_SQLITE,
    sqlite3.SQLITE_READONLY: (
        "the ledger {0} can't be written: its file, folder or file system is read-only",
        f"give yourself the right to write there, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_FULL: ("there is no space left for the ledger {0}", _FULL),
    sqlite3.SQLITE_CANTOPEN: (
        "the ledger {0} can't be opened",
        f"check that it is a file which you may read and write, in a folder that you may write, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_PERM: ("the ledger {0} may not be opened", f"check its owner and mode, {_ELSEWHERE}"),
    sqlite3.SQLITE_IOERR: (
        "the disk failed under the ledger {0}",
        "check the disk, its quota and its free space; nothing was half-written",
    ),
}
_PRIMARY_CODE = 0xFF
"""SQLite's extended codes carry the primary one in their low byte."""

_NOT_PERMITTED = (
    "connect as a role that may: the ledger's writer to record, its owner to make or upgrade its tables "
    "(`cellwright ledger init --roles` makes them); or have its owner grant you what is missing"
)

# By SQLSTATE, or by its class (the first two characters): PostgreSQL documentation, appendix A.
_POSTGRES = {
    "25006": ("the ledger {0} is read-only", "use the primary server, not a standby"),
    "28": ("the ledger {0} refused to let you in", _PASSWORD),
    "3D000": (
        "the database of the ledger {0} does not exist",
        "run `createdb`, or correct the URL",
    ),
    "42501": ("the ledger {0} denied permission", _NOT_PERMITTED),
    "42P07": (
        "the ledger {0} can't be made: the database has tables of the same names",
        "give the ledger a database or a schema of its own",
    ),
    "53100": ("there is no space left for the ledger {0}", _FULL),
    "53300": (
        "the server of the ledger {0} has too many connections",
        "raise max_connections, or use a pooler",
    ),
    "55P03": ("the ledger {0} is locked by another process", "wait until it is done; see pg_stat_activity"),
    "57": ("the server of the ledger {0} is shutting down or starting", "wait, then run `cellwright resume`"),
    "58": ("the server of the ledger {0} reports a disk error", "see the server's log"),
    "XX001": ("the ledger {0} is damaged", "restore the database from a backup"),
    "08": ("the ledger {0} can't be reached", _SERVER_DOWN),
}

_OS = {
    errno.EACCES: f"give yourself the right to write there, {_ELSEWHERE}",
    errno.EPERM: f"give yourself the right to write there, {_ELSEWHERE}",
    errno.EROFS: f"the file system is read-only: mount it for writing, {_ELSEWHERE}",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
}


@contextmanager
def diagnosed(location: Location) -> Iterator[None]:
    """Turn the database's expected failures into an UnavailableError."""
    try:
        yield
    except sqlite3.Error as failure:
        found = _of_sqlite(failure, location)
        if found is None:
            raise
        # Raised without its cause: a driver's message may hold values of the statement.
        raise UnavailableError(found) from None
    except _library_faults() as failure:
        found = _of_library(failure, location)
        if found is None:
            raise
        raise UnavailableError(found) from None


def not_sqlite(path: Path) -> Diagnostic:
    """The diagnostic for a file that is no SQLite database."""
    summary, advice = _NOT_SQLITE
    return error(summary.format(path), advice)


def overloaded(location: Location) -> Diagnostic:
    """The diagnostic for a transaction that did not get its turn in time."""
    return error(f"the ledger {location} is overloaded", "run fewer units at once")


def os_fault(failure: OSError, what: str) -> UnavailableError:
    """A failed file operation as a diagnostic; `what` says what failed."""
    reason = failure.strerror or str(failure)
    advice = _OS.get(failure.errno or 0, f"check the path, {_ELSEWHERE}")
    return UnavailableError(error(f"{what}: {reason}", advice))


def _library_faults() -> tuple[type[Exception], ...]:
    """The exceptions of SQLAlchemy for failures; none where it is not imported, and so has raised nothing."""
    library = sys.modules.get("sqlalchemy.exc")
    return () if library is None else (library.DBAPIError, library.TimeoutError)


def _of_library(failure: Exception, location: Location) -> Diagnostic | None:
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  imported by now: it has raised the failure

    if not isinstance(failure, DBAPIError):  # no connection became free in time
        return overloaded(location)
    match location:
        case SqliteLocation():
            return _of_sqlite(failure.orig, location)
        case PostgresLocation():
            return _of_postgres(failure, location)


def _of_sqlite(cause: BaseException | None, location: Location) -> Diagnostic | None:
    code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if "Could not decode to UTF-8" in str(cause):
        # Raised by Python's driver without an error code.
        code = sqlite3.SQLITE_CORRUPT
    if code not in _SQLITE:
        return None
    summary, advice = _SQLITE[code]
    return error(summary.format(location), advice)


def _of_postgres(failure: "DBAPIError", location: PostgresLocation) -> Diagnostic | None:
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415  as above

    state = getattr(failure.orig, "sqlstate", None)
    if state is None:
        # For a connection that was refused or lost the driver gives a message, but no SQLSTATE.
        lost = failure.connection_invalidated or isinstance(failure, OperationalError)
        return _connection_fault(_message(failure, location), location) if lost else None
    known = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if known is None:
        return None
    summary, advice = known
    return error(f"{summary.format(location)}: {_message(failure, location)}", advice)


def _connection_fault(message: str, location: PostgresLocation) -> Diagnostic:
    advice = _PASSWORD if "password" in message or "authentication" in message else _SERVER_DOWN
    return error(f"the ledger {location} can't be reached: {message}", advice)


def _message(failure: "DBAPIError", location: PostgresLocation) -> str:
    lines = str(failure.orig).strip().splitlines()
    text = lines[0] if lines else type(failure.orig).__name__
    for secret in location.secrets():
        text = text.replace(secret, "***")
    return text
