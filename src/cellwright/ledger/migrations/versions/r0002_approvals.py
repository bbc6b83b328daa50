"""Approvals that any process can answer, plans that outlive their process, requests to cancel a run."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# Made anew instead of altered: SQLite can neither rename a constraint nor make a column nullable.
_KEEP = "CREATE TABLE approvals_0001 AS SELECT run, unit, plan_digest, actor, reason, time FROM approvals"
_BRING_BACK = """
INSERT INTO approvals (run, unit, plan_digest, asked_at, decision, answered_by, answered_at, reason, how)
SELECT run, unit, plan_digest, time, 'approved', actor, time, reason, 'terminal' FROM approvals_0001
"""


def upgrade() -> None:
    """Give approvals their question; every one on record was a yes at a terminal."""
    op.add_column("run_units", sa.Column("plan", _PLAIN))
    op.execute(_KEEP)
    op.drop_table("approvals")
    _approvals()
    op.execute(_BRING_BACK)
    op.drop_table("approvals_0001")
    op.create_table(
        "cancel_requests",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("requested_by", _PLAIN, nullable=False),
        sa.Column("requested_at", _PLAIN, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_cancel_requests"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_cancel_requests_runs", ondelete="CASCADE"),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("run", _PLAIN, nullable=False),
        sa.Column("unit", _PLAIN, nullable=False),
        sa.Column("plan_digest", _PLAIN, nullable=False),
        sa.Column("asked_at", _PLAIN, nullable=False),
        sa.Column("decision", _PLAIN),
        sa.Column("answered_by", _PLAIN),
        sa.Column("answered_at", _PLAIN),
        sa.Column("reason", _PLAIN),
        sa.Column("how", _PLAIN),
        sa.PrimaryKeyConstraint("run", "unit", "plan_digest", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["run", "unit"],
            ["run_units.run", "run_units.unit"],
            name="fk_approvals_run_units",
            ondelete="CASCADE",
        ),
    )
