"""Runs that are carried out by whoever is free: their units in order, who has claimed which, and workers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_READY, _CLAIMED, _DELAYED = (sa.text(f"state = '{state}'") for state in ("ready", "claimed", "delayed"))


def upgrade() -> None:
    """Add the tables; runs that were started before are not in them, and stay with their processes."""
    _runs()
    _units()
    _edges()
    _workers()


def _runs() -> None:
    op.create_table(
        "queue_runs",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("task", _PLAIN, nullable=False),
        sa.Column("served", sa.BigInteger(), nullable=False),
        sa.Column("account", _PLAIN, nullable=False),
        sa.Column("paused_by", _PLAIN),
        sa.Column("paused_at", _PLAIN),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_queue_runs_runs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", name="pk_queue_runs"),
    )


def _units() -> None:
    op.create_table(
        "queue_units",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("account", _PLAIN, nullable=False),
        sa.Column("labels", _PLAIN, nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("state", _PLAIN, nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("worker", _PLAIN),
        sa.Column("fencing", sa.BigInteger()),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("place", _PLAIN),
        sa.Column("place_until", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["run"], ["queue_runs.run"], name="fk_queue_units_queue_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "unit", name="pk_queue_units"),
    )
    for name, columns, state in (
        ("ix_queue_units_ready", ["run", "account", "ordinal"], _READY),
        ("ix_queue_units_claimed", ["worker"], _CLAIMED),
        ("ix_queue_units_delayed", ["not_before"], _DELAYED),
    ):
        op.create_index(name, "queue_units", columns, sqlite_where=state, postgresql_where=state)
    op.create_index("ix_queue_units_run_wave", "queue_units", ["run", "wave"])


def _edges() -> None:
    op.create_table(
        "queue_edges",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("upstream", _PLAIN, nullable=False),
        sa.Column("downstream", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["queue_runs.run"], name="fk_queue_edges_queue_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "upstream", "downstream", name="pk_queue_edges"),
    )


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", _PLAIN, nullable=False),
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("host", _PLAIN, nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("process_started", _PLAIN, nullable=False),
        sa.Column("labels", _PLAIN, nullable=False),
        sa.Column("parallel", sa.Integer(), nullable=False),
        sa.Column("started", _PLAIN, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("drain_requested_by", _PLAIN),
        sa.Column("drain_requested_at", _PLAIN),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
