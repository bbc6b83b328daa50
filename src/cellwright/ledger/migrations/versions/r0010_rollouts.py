"""Rollouts: what they do, where each of their cells stands, their steps, and shapes that are approved."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    _rollouts()
    _cells()
    _steps()
    _shapes()


def _rollouts() -> None:
    op.create_table(
        "rollouts",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("strategy", _PLAIN, nullable=False),
        sa.Column("fleet_commit", _PLAIN, nullable=False),
        sa.Column("made_by", _PLAIN, nullable=False),
        sa.Column("made_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("plan", _PLAIN, nullable=False),
        sa.Column("task", _PLAIN, nullable=False),
        sa.Column("status", _PLAIN, nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("look_at", sa.BigInteger()),
        sa.Column("changed_at", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rollouts"),
    )
    op.create_index("ix_rollouts_status", "rollouts", ["status"])


def _cells() -> None:
    op.create_table(
        "rollout_cells",
        sa.Column("rollout", _PLAIN, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cell", _PLAIN, nullable=False),
        sa.Column("held", _PLAIN),
        sa.Column("phase", _PLAIN, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("why", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout"], ["rollouts.id"], name="fk_rollout_cells_rollouts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rollout", "place", name="pk_rollout_cells"),
    )
    op.create_index("ix_rollout_cells_held", "rollout_cells", ["held"], unique=True)
    op.create_index("ix_rollout_cells_run", "rollout_cells", ["run"])
    op.create_index("ix_rollout_cells_cell", "rollout_cells", ["cell"])


def _steps() -> None:
    op.create_table(
        "rollout_steps",
        sa.Column("rollout", _PLAIN, nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("moment", _PLAIN, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("answered_by", _PLAIN, nullable=False),
        sa.Column("why", _PLAIN, nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["rollout"], ["rollouts.id"], name="fk_rollout_steps_rollouts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rollout", "stage", "moment", "place", name="pk_rollout_steps"),
    )


def _shapes() -> None:
    op.create_table(
        "rollout_shapes",
        sa.Column("rollout", _PLAIN, nullable=False),
        sa.Column("shape", _PLAIN, nullable=False),
        sa.Column("answered_by", _PLAIN, nullable=False),
        sa.Column("answered_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout"], ["rollouts.id"], name="fk_rollout_shapes_rollouts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rollout", "shape", name="pk_rollout_shapes"),
    )
