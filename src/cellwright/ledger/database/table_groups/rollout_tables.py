"""The ledger's tables of rollouts."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

ROLLOUTS = Table(
    "rollouts",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("strategy", PLAIN, nullable=False),
    Column("fleet_commit", PLAIN, nullable=False),
    Column("made_by", PLAIN, nullable=False),
    Column("made_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    # Waves, budgets, cells: made at the start, and never changed.
    Column("plan", PLAIN, nullable=False),
    # For whom, and how its runs are carried out.
    Column("task", PLAIN, nullable=False),
    Column("status", PLAIN, nullable=False),
    # What else changes while it goes on.
    Column("state", PLAIN, nullable=False),
    # When time alone may change something: milliseconds since 1970.
    Column("look_at", BigInteger),
    Column("changed_at", PLAIN, nullable=False),
    Index(None, "status"),
)

ROLLOUT_CELLS = Table(
    "rollout_cells",
    METADATA,
    Column("rollout", PLAIN, ForeignKey("rollouts.id", ondelete="CASCADE"), primary_key=True),
    # In the order of the plan.
    Column("place", Integer, primary_key=True),
    Column("cell", PLAIN, nullable=False),
    # The cell again while the rollout is active: no two may have the same.
    Column("held", PLAIN),
    Column("phase", PLAIN, nullable=False),
    Column("attempt", Integer, nullable=False),
    # The newest run of the cell in this rollout; empty before the first.
    Column("run", PLAIN, nullable=False),
    # Milliseconds since 1970, or 0.
    Column("begun", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("why", PLAIN, nullable=False),
    Index(None, "held", unique=True),
    Index(None, "run"),
    Index(None, "cell"),
)

ROLLOUT_STEPS = Table(
    "rollout_steps",
    METADATA,
    Column("rollout", PLAIN, ForeignKey("rollouts.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", Integer, primary_key=True),
    # Before the stage, or after it.
    Column("moment", PLAIN, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("state", PLAIN, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("answered_by", PLAIN, nullable=False),
    Column("why", PLAIN, nullable=False),
    # Until then another process makes the check: milliseconds since 1970.
    Column("claimed_until", BigInteger),
)

# Plans of these shapes are approved wherever they come up in the rollout.
ROLLOUT_SHAPES = Table(
    "rollout_shapes",
    METADATA,
    Column("rollout", PLAIN, ForeignKey("rollouts.id", ondelete="CASCADE"), primary_key=True),
    Column("shape", PLAIN, primary_key=True),
    Column("answered_by", PLAIN, nullable=False),
    Column("answered_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
)
