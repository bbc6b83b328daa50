"""Drift: looks and what they have found, acknowledgements, windows; runs that always come last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables; every run that is in the queue already goes before those that look for drift."""
    _looks()
    _acknowledged()
    _schedules()
    op.add_column("queue_runs", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))


def _looks() -> None:
    op.create_table(
        "drift_units",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("result", _PLAIN, nullable=False),
        sa.Column("looked_at", _PLAIN, nullable=False),
        sa.Column("looked_run", _PLAIN, nullable=False),
        sa.Column("why", _PLAIN, nullable=False),
        sa.Column("shape", _PLAIN, nullable=False),
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("counts", _PLAIN),
        sa.Column("since", _PLAIN),
        sa.Column("seen", _PLAIN),
        sa.Column("run", _PLAIN),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_drift_units"),
    )
    op.create_index("ix_drift_units_since", "drift_units", ["since"])
    op.create_index("ix_drift_units_result_looked_at", "drift_units", ["result", "looked_at"])
    op.create_table(
        "drift_resources",
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("address", _PLAIN, nullable=False),
        sa.Column("first_seen", _PLAIN, nullable=False),
        sa.Column("action", _PLAIN, nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("paths", _PLAIN, nullable=False),
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("first_run", _PLAIN, nullable=False),
        sa.Column("last_seen", _PLAIN, nullable=False),
        sa.Column("last_run", _PLAIN, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("closed_at", _PLAIN),
        sa.Column("closed_run", _PLAIN),
        sa.Column("closed_how", _PLAIN),
        sa.PrimaryKeyConstraint("unit", "address", "first_seen", name="pk_drift_resources"),
    )
    op.create_index("ix_drift_resources_closed_at", "drift_resources", ["closed_at"])


def _acknowledged() -> None:
    op.create_table(
        "drift_acknowledged",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("resource", _PLAIN, nullable=False),
        sa.Column("shape", _PLAIN, nullable=False),
        sa.Column("digest", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("made_by", _PLAIN, nullable=False),
        sa.Column("made_at", _PLAIN, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", _PLAIN),
        sa.Column("ended_by", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_drift_acknowledged"),
    )


def _schedules() -> None:
    op.create_table(
        "drift_windows",
        sa.Column("schedule", _PLAIN, nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("opened_at", _PLAIN, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "begins", name="pk_drift_windows"),
    )
    op.create_table(
        "drift_begun",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("account", _PLAIN, nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", "unit", "claims", name="pk_drift_begun"),
    )
    op.create_index("ix_drift_begun_account_begun", "drift_begun", ["account", "begun"])
