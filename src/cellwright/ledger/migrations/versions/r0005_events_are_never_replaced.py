"""An event is not replaced by another one of its number either."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# `INSERT OR REPLACE` removes the older row without the trigger for DELETE, unless the connection has switched
# `recursive_triggers` on. A trigger before the insert fires in any connection.
_SQLITE_GUARD = """
CREATE TRIGGER events_INSERT BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
"""


def upgrade() -> None:
    """Add the guard for SQLite; PostgreSQL replaces by UPDATE only, which is guarded."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(_SQLITE_GUARD)
