"""An empty ledger in memory, which is read in place of one that is not there."""

import sqlite3
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import Location
from cellwright.ledger.database.tables import METADATA


@dataclass(frozen=True, slots=True)
class _EmptyTables:
    """The tables without a row: to make them takes longer than most that is asked of them."""

    made: sqlite3.Connection
    _copying: Lock = field(default_factory=Lock)

    def copy_to(self, connection: sqlite3.Connection) -> None:
        """Make the tables in another database, from any thread."""
        with self._copying:
            self.made.backup(connection)


@cache
def _empty_tables() -> _EmptyTables:
    """Make them, once for a process."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    for table in METADATA.sorted_tables:
        made.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
    return _EmptyTables(made)


def absent_database(location: Location) -> Database:
    """An empty database in memory that is read in place of the missing one at `location`."""
    # Every connection is a database of its own, so that threads share none.
    engine = create_engine("sqlite://", creator=_empty_database, poolclass=NullPool, hide_parameters=True)
    return Database(lambda: engine, location, absent=True)


def _empty_database() -> sqlite3.Connection:
    # `Database` begins transactions.
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _empty_tables().copy_to(connection)
    return connection
