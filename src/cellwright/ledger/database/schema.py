"""The version of a ledger's tables, and their migration to the newest."""

from enum import Enum
from threading import Lock
from typing import TYPE_CHECKING

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.database.sql import Connection, for_texts, text
from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.model.diagnostic import DiagnosticError, error

if TYPE_CHECKING:
    from sqlalchemy import Connection as LibraryConnection

_MIGRATION_LOCK = 0x63656C6C
"""An arbitrary number: PostgreSQL's advisory locks are identified by numbers."""
_MIGRATING = Lock()
"""Alembic keeps the current migration in its modules: one process migrates one ledger at a time."""


_SQLITE_TABLES = text(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)


class SchemaVersion(Enum):
    """How a ledger's tables compare with those of this Cellwright."""

    ABSENT = "absent"
    """Nothing, or an empty database."""
    OLDER = "older"
    CURRENT = "current"


def schema_version(database: Database) -> SchemaVersion:
    """Read the version; changes nothing.

    Raises:
        DiagnosticError: it is no ledger, one of a newer Cellwright, or can't be read.
    """
    with database.read() as connection:
        return _schema_version(connection, database)


def migrate(database: Database) -> None:
    """Bring the tables to the newest version, from nothing or from an older one, in one transaction.

    Raises:
        DiagnosticError: as `schema_version`, or the tables can't be written.
    """
    if database.file is not None and _made_new(database):
        return
    with _MIGRATING, database.write_expressions() as connection:
        if isinstance(database.location, PostgresLocation):
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            for_texts(connection).execute(lock, {"key": _MIGRATION_LOCK})
        # Checked again under the lock: another process may have migrated it meanwhile.
        if _schema_version(for_texts(connection), database) is not SchemaVersion.CURRENT:
            _upgrade(connection)


def _made_new(database: Database) -> bool:
    """Make the tables of a new file in SQLite: neither SQLAlchemy nor Alembic is imported for that."""
    with database.write() as connection:
        # Looked at under the lock, as above.
        if connection.execute(_SQLITE_TABLES).scalars().all():
            return False
        from cellwright.ledger.database.newest import make_newest  # noqa: PLC0415  once in a ledger's life

        make_newest(connection)
        return True


def _schema_version(connection: Connection, database: Database) -> SchemaVersion:
    if isinstance(database.location, PostgresLocation):
        from sqlalchemy import inspect  # noqa: PLC0415  takes 0.1 s, which SQLite does not need

        there, others = inspect(connection).has_table(VERSION_TABLE), False
    else:
        tables = connection.execute(_SQLITE_TABLES).scalars().all()
        there, others = VERSION_TABLE in tables, bool(tables)
    if not there:
        if others:
            raise DiagnosticError(
                error(
                    f"{database.location} is no ledger: it is another program's SQLite database",
                    "name another file with --ledger",
                )
            )
        return SchemaVersion.ABSENT
    version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    if version == HEAD:
        return SchemaVersion.CURRENT
    if version is None:
        return SchemaVersion.ABSENT
    if version > HEAD:
        raise DiagnosticError(
            error(
                f"the ledger {database.location} was written by a newer Cellwright (version {version})",
                f"upgrade Cellwright; this one knows ledgers up to version {HEAD}",
            )
        )
    return SchemaVersion.OLDER


def _upgrade(connection: "LibraryConnection") -> None:
    # Importing Alembic takes a tenth of a second, which commands on an up-to-date ledger are spared.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", "cellwright.ledger:migrations")
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
