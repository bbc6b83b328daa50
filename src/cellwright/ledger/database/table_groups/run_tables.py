"""The ledger's tables of runs: their units, the questions about their plans, their progress."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
)

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN, SEQUENCE

RUNS = Table(
    "runs",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("kind", PLAIN, nullable=False),
    Column("status", PLAIN, nullable=False),
    Column("actor", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    Column("started", PLAIN, nullable=False),
    Column("finished", PLAIN),
    Column("fleet_commit", PLAIN),
    Column("unit_count", Integer, nullable=False),
    Column("outcomes", PLAIN),
    Column("waited", Float),
)

RUN_UNITS = Table(
    "run_units",
    METADATA,
    Column("run", PLAIN, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("operation", PLAIN, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("state", PLAIN, nullable=False),
    Column("outcome", PLAIN),
    Column("attempt", Integer, nullable=False),
    Column("started", PLAIN),
    Column("finished", PLAIN),
    Column("seconds", Float, nullable=False),
    Column("resources", PLAIN),
    Column("diagnostics", PLAIN),
    Column("intent", PLAIN),
    # While the state is `planned`: what another process needs to go on with the plan.
    Column("plan", PLAIN),
    # All that counting the units of a run takes: their plans make the table itself large.
    Index(None, "run", "outcome", "state", "wave", "unit"),
)

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("run", PLAIN, primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    Column("plan_digest", PLAIN, primary_key=True),
    Column("asked_at", PLAIN, nullable=False),
    # All of these are null until somebody answers.
    Column("decision", PLAIN),
    Column("answered_by", PLAIN),
    Column("answered_at", PLAIN),
    Column("reason", PLAIN),
    Column("how", PLAIN),
    ForeignKeyConstraint(["run", "unit"], ["run_units.run", "run_units.unit"], ondelete="CASCADE"),
)

CANCEL_REQUESTS = Table(
    "cancel_requests",
    METADATA,
    Column("run", PLAIN, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("requested_by", PLAIN, nullable=False),
    Column("requested_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
)

RUN_PROGRESS = Table(
    "run_progress",
    METADATA,
    # Only ever grows, also after rows were removed: whoever follows a run goes on after the last one seen.
    Column("id", SEQUENCE, Identity(always=True), primary_key=True),
    # No reference to `runs`: PostgreSQL would wait here for whoever holds the run's row.
    Column("run", PLAIN, nullable=False),
    # Null for what concerns the whole run.
    Column("unit", PLAIN),
    Column("time", PLAIN, nullable=False),
    # Of the process that carried the run out.
    Column("sequence", BigInteger, nullable=False),
    Column("kind", PLAIN, nullable=False),
    Column("detail", PLAIN, nullable=False),
    Index(None, "run", "id"),
    sqlite_autoincrement=True,
)
