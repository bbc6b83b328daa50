"""Makes the file of a SQLite ledger: private, and in write-ahead mode from the start."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from cellwright.ledger.database.faults import diagnosed, not_sqlite, os_fault
from cellwright.ledger.database.location import SqliteLocation
from cellwright.model.diagnostic import UnavailableError

WRITE_AHEAD = "PRAGMA journal_mode=WAL"
"""Readers and the writer don't block each other. The file keeps the mode."""

_HEADER = b"SQLite format 3\0"
_PAUSE = 0.05


def is_there(path: Path) -> bool:
    """Tell whether there is a SQLite file; an empty file, left by an interrupted `make_file`, is none.

    Raises:
        DiagnosticError: it is another file, which SQLite would overwrite if it is small; or it can't be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_HEADER))
    except FileNotFoundError:
        return False
    except OSError as failure:
        raise os_fault(failure, f"the ledger {path} can't be opened") from None
    if start not in {b"", _HEADER}:
        raise UnavailableError(not_sqlite(path))
    return start == _HEADER


def make_file(location: SqliteLocation, lock_timeout: float) -> None:
    """Make the file, readable by its owner only, and the folders that lead to it.

    Raises:
        DiagnosticError: the file system refuses.
    """
    path = location.path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make the file readable by all; its side files get the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
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
