"""Which cell has which block of addresses, so that clones of a fleet don't give one block twice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table; it is filled from the cells' files when they are next applied or one is onboarded."""
    op.create_table(
        "blocks",
        sa.Column("first", _PLAIN, nullable=False),
        sa.Column("block", _PLAIN, nullable=False),
        sa.Column("pool", _PLAIN, nullable=False),
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("released_at", _PLAIN),
        sa.PrimaryKeyConstraint("first", name="pk_blocks"),
    )
