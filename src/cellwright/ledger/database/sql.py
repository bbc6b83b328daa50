"""What statements as text, and the functions that execute them, need of a database library.

For the type checker that is SQLAlchemy, which runs them on PostgreSQL. On SQLite `driver` takes its place,
with the part of its interface that is used here: commands then do without SQLAlchemy,
whose import takes 0.1 s.
Expressions of SQLAlchemy are for `Database.read_expressions` and `write_expressions`.
"""

import sqlite3
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Connection, TextClause, bindparam, text
    from sqlalchemy.engine import Row
else:
    from cellwright.ledger.database.driver.connection import Connection
    from cellwright.ledger.database.driver.result import Row
    from cellwright.ledger.database.driver.statement import BindParameter, TextClause, bindparam, text

__all__ = ["BindParameter", "Connection", "Row", "TextClause", "bindparam", "integrity_errors", "text"]


def integrity_errors() -> tuple[type[Exception], ...]:
    """What is raised for a row that the tables do not allow, for an `except`."""
    library = sys.modules.get("sqlalchemy.exc")  # not imported: then it has raised nothing
    return (sqlite3.IntegrityError,) if library is None else (sqlite3.IntegrityError, library.IntegrityError)
