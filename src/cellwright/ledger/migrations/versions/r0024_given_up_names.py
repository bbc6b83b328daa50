"""The events by which a name is given up are found without reading the whole trail."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_GIVEN_UP = sa.text("action IN ('cell.renamed', 'client.offboarded')")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_events_given_up", "events", ["sequence"], sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP
    )
