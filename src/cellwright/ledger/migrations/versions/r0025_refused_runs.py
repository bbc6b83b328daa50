"""Runs that were refused say so: they were recorded as runs that failed."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_REFUSED = """
UPDATE runs SET status = 'refused' WHERE status = 'failed'
AND outcomes LIKE '%"refused"%' AND outcomes NOT LIKE '%"failed"%'
AND outcomes NOT LIKE '%"blocked"%' AND outcomes NOT LIKE '%"cancelled"%'
"""
"""That is how they were told from others: by how their units ended."""


def upgrade() -> None:
    """Write it where it was told from the outcomes."""
    op.execute(_REFUSED)
