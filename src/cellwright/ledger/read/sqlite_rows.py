"""Runs a unit reader's queries on a SQLite file with Python's driver alone.

`status` needs no more of a ledger, and neither imports nor opens the rest of it.
"""

import os
import sqlite3
from collections.abc import Sequence

from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.ledger.read.unit_reader import Query, Row

_PREFIX = "sqlite:///"
_NOT_IN_A_FILE_URI = frozenset("?#%")
"""Characters of a path that mean something else in the URI by which SQLite opens a file read-only."""


class NotReadable(Exception):  # noqa: N818  an answer for `quick_opening`, which then opens the ledger
    """The ledger can't be read this way: not current, locked, damaged; why is not told here."""


class SqliteRows:
    """A SQLite ledger's file, opened at the first query, for one thread."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def fetch(self, *queries: Query) -> Sequence[Sequence[Row]]:
        """The rows of each query, all of one moment; none where there is no file.

        Raises:
            NotReadable: see there.
        """
        if not queries:
            return []
        if self._connection is None and _is_absent(self._path):
            return [[] for _ in queries]
        try:
            connection = self._open()
            connection.execute("BEGIN")
            try:
                return [connection.execute(query.statement, query.parameters).fetchall() for query in queries]
            finally:
                connection.execute("ROLLBACK")
        except sqlite3.Error as failure:
            raise NotReadable from failure

    def close(self) -> None:
        """Close the file, if it is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # On a read-only disk SQLite can't make the files that readers share; nobody writes there anyway.
            immutable = "&immutable=1" if _on_read_only_disk(self._path) else ""
            uri = f"file:{self._path}?mode=ro{immutable}"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            version = self._connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608  a constant
            if version != (HEAD,):
                self.close()
                raise NotReadable
        return self._connection


def _is_absent(path: str) -> bool:
    """Tell whether there is no file; one that can't be looked at may be there."""
    try:
        os.stat(path)  # noqa: PTH116  on the quick path
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _on_read_only_disk(path: str) -> bool:
    """Tell whether a file lies on a disk without writers, and is whole without its write-ahead log."""
    try:
        read_only = os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:  # it does not exist
        return False
    return bool(read_only) and not os.path.exists(f"{path}-wal")  # noqa: PTH110  on the quick path


def sqlite_path(url: str) -> str | None:
    """The file of a ledger's URL that `SqliteRows` can open; None for any other URL."""
    path = url.removeprefix(_PREFIX)
    readable = url.startswith(_PREFIX) and path.startswith("/") and not _NOT_IN_A_FILE_URI & set(path)
    return path if readable else None
