"""The roles of a PostgreSQL ledger: who owns it, who may record, who may only read.

The owner is the role that made the tables; it migrates them, and could take the audit trail's guards away.
So people and jobs connect as members of the writer or the reader, which can't.
"""

import re
from dataclasses import dataclass

from sqlalchemy.exc import ProgrammingError

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.database.table_groups.people_tables import PROOFS
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.database.version import VERSION_TABLE
from cellwright.model.diagnostic import DiagnosticError, error

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_LONGEST = 63
"""Bytes of a name in PostgreSQL; what is longer is cut without a word."""
_NOT_PERMITTED = "42501"
_APPENDED, _COUNTED = "events", "chain"

_CONTEXT = text(
    "SELECT current_database() AS database, current_schema() AS schema, current_user AS owner,"
    " (SELECT tableowner FROM pg_tables"
    " WHERE schemaname = current_schema() AND tablename = 'events') AS tables"
)
_ENGINE = text(
    "SELECT relname AS name, relkind = 'S' AS counts FROM pg_class"
    " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    " WHERE nspname = current_schema() AND relkind IN ('r', 'S') AND relname LIKE 'procrastinate\\_%'"
    " ORDER BY relname"
)
"""Tables and sequences of what wakes workers, if they have been made."""
_EXISTS = text("SELECT 1 FROM pg_roles WHERE rolname = :role")


@dataclass(frozen=True, slots=True)
class LedgerRoles:
    """The roles of one ledger."""

    owner: str
    writer: str
    reader: str
    made: tuple[str, ...]
    """Those that did not exist before."""


def make_roles(database: Database, writer: str | None = None, reader: str | None = None) -> LedgerRoles:
    """Make the roles that may write and read, as far as they don't exist, and grant them what they need.

    Doing it again changes nothing, and grants what a newer version of the tables needs. The names are
    `DATABASE_writer` and `DATABASE_reader` unless others are given.

    Raises:
        DiagnosticError: it is no PostgreSQL ledger, or this role doesn't own its tables or can't make roles.
    """
    if not isinstance(database.location, PostgresLocation):
        advice = "who may write to a SQLite file is decided by the file's owner and mode"
        raise DiagnosticError(
            error(f"the ledger {database.location} has no roles: it is a SQLite file", advice)
        )
    with database.write() as connection:
        here = connection.execute(_CONTEXT).one()
        if here.tables != here.owner:
            raise DiagnosticError(
                error(
                    f"the ledger {database.location} belongs to '{here.tables}', not to '{here.owner}'",
                    f"connect as '{here.tables}'",
                )
            )
        writes, reads = writer or f"{here.database}_writer", reader or f"{here.database}_reader"
        made = tuple(role for role in (writes, reads) if _make_role(connection, database, _checked(role)))
        granted = _grants(here.database, here.schema, writes, reads)
        granted += _engine_grants(connection, here.schema, writes)
        for statement in granted:
            connection.execute(text(statement.replace(":", r"\:")))
    return LedgerRoles(here.owner, writes, reads, made)


def _checked(role: str) -> str:
    if len(role) > _LONGEST or not _NAME.match(role):
        advice = "give another one with --writer and --reader: letters, digits, '_' and '-'"
        raise DiagnosticError(error(f"'{role}' can't be the name of a role", advice))
    return role


def _make_role(connection: Connection, database: Database, role: str) -> bool:
    if connection.execute(_EXISTS, {"role": role}).first():
        return False
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE ROLE {_quoted(role)} NOLOGIN"))
    except ProgrammingError as fault:
        if getattr(fault.orig, "sqlstate", None) != _NOT_PERMITTED:
            raise
        raise DiagnosticError(
            error(
                f"the owner of the ledger {database.location} may not make roles",
                f"have an administrator run: CREATE ROLE {_quoted(role)} NOLOGIN; then run this again",
            )
        ) from None
    return True


def _grants(database: str, schema: str, writer: str, reader: str) -> list[str]:
    """The statements that give each role what it needs, and take away what it must not have."""
    tables = [*METADATA.tables, VERSION_TABLE]
    free = [name for name in METADATA.tables if name not in {_APPENDED, _COUNTED}]
    place, both = _quoted(schema), f"{_quoted(writer)}, {_quoted(reader)}"

    default = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {place} GRANT"

    def listed(names: list[str]) -> str:
        return ", ".join(f"{place}.{_quoted(name)}" for name in names)

    return [
        f"REVOKE CREATE ON SCHEMA {place} FROM PUBLIC",
        f"REVOKE ALL ON {listed(tables)} FROM PUBLIC, {both}",
        f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {both}",
        f"GRANT USAGE ON SCHEMA {place} TO {both}",
        f"GRANT SELECT ON {listed([name for name in tables if name not in PROOFS])} TO {both}",
        f"GRANT SELECT ON {listed(sorted(PROOFS))} TO {_quoted(writer)}",
        f"GRANT INSERT, UPDATE, DELETE ON {listed(free)} TO {_quoted(writer)}",
        f"GRANT INSERT ON {listed([_APPENDED])} TO {_quoted(writer)}",
        # For tables that a later version adds.
        f"{default} SELECT ON TABLES TO {both}",
        f"{default} INSERT, UPDATE, DELETE ON TABLES TO {_quoted(writer)}",
        # Where the trail ends; a wrong value stops all writing, and is found.
        f"GRANT UPDATE ON {listed([_COUNTED])} TO {_quoted(writer)}",
    ]


def _engine_grants(connection: Connection, schema: str, writer: str) -> list[str]:
    """Let whoever records wake workers, and be woken."""
    return [
        f"GRANT {'USAGE, SELECT' if row.counts else 'SELECT, INSERT, UPDATE, DELETE'}"
        f" ON {_quoted(schema)}.{_quoted(row.name)} TO {_quoted(writer)}"
        for row in connection.execute(_ENGINE)
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
