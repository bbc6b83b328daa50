"""What statements as text, and the functions that execute them, need of a database library.

On SQLite that is `driver`, on PostgreSQL SQLAlchemy, whose import takes 0.1 s. The types are those of
`driver`, which has a part of SQLAlchemy's interface: the type checker refuses what only SQLAlchemy can do.
Expressions of SQLAlchemy are for `Database.read_expressions` and `write_expressions`.
"""

import sqlite3
import sys
from typing import TYPE_CHECKING, Any, cast

from cellwright.ledger.database.driver.connection import Connection
from cellwright.ledger.database.driver.result import Row
from cellwright.ledger.database.driver.statement import TextClause, bindparam, text

if TYPE_CHECKING:
    from sqlalchemy import Connection as LibraryConnection

__all__ = [
    "Connection",
    "Row",
    "TextClause",
    "bindparam",
    "for_texts",
    "integrity_errors",
    "text",
]


def for_texts(connection: "LibraryConnection") -> Connection:
    """The same connection of SQLAlchemy, for statements as text: it executes them, too."""
    library: Any = connection
    return cast("Connection", library)


def integrity_errors() -> tuple[type[Exception], ...]:
    """What is raised for a row that the tables do not allow, for an `except`."""
    library = sys.modules.get("sqlalchemy.exc")  # not imported: then it has raised nothing
    return (sqlite3.IntegrityError,) if library is None else (sqlite3.IntegrityError, library.IntegrityError)
