"""The newest tables of a ledger in SQLite, made at once for a new file.

The migrations make the same, but importing SQLAlchemy and Alembic and going through all versions takes a
third of a second. `migrations/newest.sql` is what they leave behind; a test compares the two and says how to
write it anew.
"""

from pathlib import Path

import cellwright.ledger
from cellwright.ledger.database.sql import Connection

NEWEST = Path(cellwright.ledger.__path__[0]) / "migrations" / "newest.sql"
SEPARATOR = "\n--\n"
"""Between two statements: a trigger has semicolons inside."""


def make_newest(connection: Connection) -> None:
    """Make the newest tables in an empty SQLite database, with the rows that a new ledger begins with."""
    for statement in NEWEST.read_text(encoding="utf-8").split(SEPARATOR):
        connection.exec_driver_sql(statement)
