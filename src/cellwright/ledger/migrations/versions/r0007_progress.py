"""The progress of runs, for whoever watches from another process."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table; of runs before this version nothing is known."""
    op.create_table(
        "run_progress",
        sa.Column("id", _SEQUENCE, sa.Identity(always=True), nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN),
        sa.Column("time", _PLAIN, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("detail", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_progress"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_progress_run_id", "run_progress", ["run", "id"])
