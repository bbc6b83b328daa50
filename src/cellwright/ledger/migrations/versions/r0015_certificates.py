"""What applies take out of states, and certificates of destruction."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables; what was destroyed before is not known any more."""
    _removed_resources()
    _certificates()


def _removed_resources() -> None:
    op.create_table(
        "removed_resources",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("resource", _PLAIN, nullable=False),
        sa.Column("plan_digest", _PLAIN, nullable=False),
        sa.Column("begun_at", _PLAIN, nullable=False),
        sa.Column("ended_at", _PLAIN),
        sa.Column("ended", _PLAIN),
        sa.PrimaryKeyConstraint("unit", "run", "attempt", "place", name="pk_removed_resources"),
    )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("open_points", sa.Integer(), nullable=False),
        sa.Column("last_date", _PLAIN),
        sa.Column("facts", _PLAIN, nullable=False),
        sa.Column("made_at", _PLAIN, nullable=False),
        sa.Column("made_by", _PLAIN, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("document", _PLAIN, nullable=False),
        sa.Column("signature", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_certificates"),
    )
    op.create_index("ix_certificates_cell_number", "certificates", ["cell", "number"], unique=True)
