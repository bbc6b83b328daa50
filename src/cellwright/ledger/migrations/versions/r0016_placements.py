"""Where cells are placed and what they use there, so that two clones don't overfill one place."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table; it is filled when cells are next onboarded, placed or applied."""
    op.create_table(
        "placements",
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("place", _PLAIN, nullable=False),
        sa.Column("uses", _PLAIN, nullable=False),
        sa.Column("claimed_at", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("cell", name="pk_placements"),
    )
