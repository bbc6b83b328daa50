"""Makes the file of a SQLite ledger: private, and in write-ahead mode from the start."""

import errno
import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from pathlib import Path

from cellwright.ledger.database.faults import diagnosed, not_sqlite, os_fault
from cellwright.ledger.database.location import SqliteLocation
from cellwright.model.diagnostic import UnavailableError

WRITE_AHEAD = "PRAGMA journal_mode=WAL"
"""Readers and the writer don't block each other. The file keeps the mode."""

PRAGMAS = (
    WRITE_AHEAD,
    # A commit survives a crash of the process. A crash of the machine may lose the last commits, but never
    # damages the file.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
)
"""The settings of every connection to a SQLite ledger."""

_PAUSE = 0.05


def is_there(path: Path) -> bool:
    """Tell whether there is a SQLite file; an empty file, left by an interrupted `make_file`, is none.

    SQLite itself looks into the file. Whoever opens and closes it otherwise takes away the locks of all
    connections that this process has to it (https://www.sqlite.org/howtocorrupt.html, 2.2): another process
    that closes its last connection then removes the write-ahead log that they still write to.

    Raises:
        DiagnosticError: it is another file, which SQLite would overwrite if it is small; or it can't be read.
    """
    try:
        found = path.stat()
        _refuse_unreadable(path, found.st_mode)
    except FileNotFoundError:
        return False
    except OSError as failure:
        raise os_fault(failure, f"the ledger {path} can't be opened") from None
    if found.st_size and not _is_sqlite(path):
        raise UnavailableError(not_sqlite(path))
    return found.st_size > 0


def _refuse_unreadable(path: Path, mode: int) -> None:
    refused = errno.EISDIR if stat.S_ISDIR(mode) else None if os.access(path, os.R_OK) else errno.EACCES
    if refused is not None:
        raise OSError(refused, os.strerror(refused))


def _is_sqlite(path: Path) -> bool:
    """Ask SQLite about a file that is not empty: one of which it finds no page is none of its own."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
            return pages > 0
    except sqlite3.DatabaseError as failure:
        # Locked, damaged, on a read-only disk: whoever opens it for work says so.
        return failure.sqlite_errorcode != sqlite3.SQLITE_NOTADB


def make_file(location: SqliteLocation, lock_timeout: float) -> None:
    """Make the file, readable by its owner only, and the folders that lead to it.

    Raises:
        DiagnosticError: the file system refuses.
    """
    path = location.path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make the file readable by all; its side files get the mode of this one.
        # One that is there by now may be in use: see `is_there`.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as failure:
        raise os_fault(failure, f"the ledger {path} can't be made") from None
    with diagnosed(location):
        _write_ahead(path, time.monotonic() + lock_timeout)


def _write_ahead(path: Path, deadline: float) -> None:
    # SQLite does not wait for a lock when it changes the mode, and two processes may do so at once.
    while True:
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute(WRITE_AHEAD)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
