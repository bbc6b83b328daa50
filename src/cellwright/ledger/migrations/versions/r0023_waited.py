"""How long runs waited for people's answers, while none of their units was at work."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of runs that ended before, nobody knows it."""
    op.add_column("runs", sa.Column("waited", sa.Float))
