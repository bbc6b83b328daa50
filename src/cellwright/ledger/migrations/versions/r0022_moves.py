"""Moves that are under way: cells that are being renamed, resources that go from one state to another."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0016"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "moves",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("subject", _PLAIN, nullable=False),
        sa.Column("target", _PLAIN, nullable=False),
        sa.Column("phase", _PLAIN, nullable=False),
        sa.Column("begun_by", _PLAIN, nullable=False),
        sa.Column("begun_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("detail", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
    )
    op.create_index("ix_moves_subject", "moves", ["subject"], unique=True)
