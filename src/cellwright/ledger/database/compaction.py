"""Returns the space of removed rows to the file system."""

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.faults import diagnosed
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.database.sql import for_texts, text

_WORTH_IT = 0.2
"""The share of a file that must be free before it is compacted; new rows fill smaller gaps."""


def database_size(database: Database) -> int:
    """The size of the ledger's database in bytes.

    Raises:
        DiagnosticError: the database failed.
    """
    if isinstance(database.location, PostgresLocation):
        return _number(database, "SELECT pg_database_size(current_database())")
    return _number(database, "PRAGMA page_count") * _number(database, "PRAGMA page_size")


def compact(database: Database) -> bool:
    """Compact the database if enough of it is free; returns whether it was done.

    SQLite rewrites its file, so no other process may use it meanwhile. PostgreSQL's VACUUM blocks nobody; it
    makes the space of removed rows available to new ones.

    Raises:
        DiagnosticError: the database failed, or is in use for longer than the lock timeout.
    """
    if isinstance(database.location, PostgresLocation):
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with diagnosed(database.location), engine.connect() as connection:
            for_texts(connection).execute(text("VACUUM (ANALYZE) run_units, approvals"))
        return True
    if _number(database, "PRAGMA freelist_count") < _WORTH_IT * _number(database, "PRAGMA page_count"):
        return False
    if database.file is None:  # an empty database in memory
        return False
    with diagnosed(database.location), database.file.alone() as connection:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(statement)
    return True


def _number(database: Database, statement: str) -> int:
    with database.read() as connection:
        found: int = connection.execute(text(statement)).scalar_one()
    return found
