"""Which version a ledger's tables are at, and the way to the newest. Alembic is imported only to migrate."""

from enum import Enum
from threading import Lock

from sqlalchemy import Connection, inspect, text

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.model.diagnostic import DiagnosticError, error

_MIGRATION_LOCK = 0x63656C6C
"""Any number, the same for all: PostgreSQL's advisory locks have no names."""


class Standing(Enum):
    """What is found where a ledger should be."""

    ABSENT = "absent"
    """Nothing, or an empty database."""
    OLDER = "older"
    CURRENT = "current"


def standing(database: Database) -> Standing:
    """Look at what is there; changes nothing.

    Raises:
        DiagnosticError: it is no ledger, one of a newer Cellwright, or can't be read.
    """
    with database.read() as connection:
        return _standing(connection, database)


_MIGRATING = Lock()
"""Alembic keeps the migration at hand in its modules: in one process, ledgers are migrated one by one."""


def migrate(database: Database) -> None:
    """Bring the tables to the newest version, from nothing or from an older one, in one transaction.

    Raises:
        DiagnosticError: as `standing`, or the tables can't be written.
    """
    with _MIGRATING, database.write() as connection:
        if isinstance(database.location, PostgresLocation):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        # Again, now that nobody else can: two processes may have seen the old version at once.
        if _standing(connection, database) is not Standing.CURRENT:
            _upgrade(connection)


def _standing(connection: Connection, database: Database) -> Standing:
    tables = inspect(connection)
    if not tables.has_table(VERSION_TABLE):
        if not isinstance(database.location, PostgresLocation) and tables.get_table_names():
            raise DiagnosticError(
                error(
                    f"{database.location} is no ledger: it is another program's SQLite database",
                    "name another file with --ledger",
                )
            )
        return Standing.ABSENT
    version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    if version == HEAD:
        return Standing.CURRENT
    if version is None:
        return Standing.ABSENT
    if version > HEAD:
        raise DiagnosticError(
            error(
                f"the ledger {database.location} was written by a newer Cellwright (version {version})",
                f"upgrade Cellwright; this one knows ledgers up to version {HEAD}",
            )
        )
    return Standing.OLDER


def _upgrade(connection: Connection) -> None:
    # Imported here for its price: a tenth of a second that commands on an up-to-date ledger don't pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", "cellwright.ledger:migrations")
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
