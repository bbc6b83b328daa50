"""The ledger's tables of runs that are carried out by whoever is free, and of who that is.

`run_units` and `leases` are the truth about a unit; these say which unit is next, and who has taken it.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, text

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

_READY, _CLAIMED, _DELAYED = (text(f"state = '{state}'") for state in ("ready", "claimed", "delayed"))

# Runs that are carried out by whoever is free, until they are over.
QUEUE_RUNS = Table(
    "queue_runs",
    METADATA,
    Column("run", PLAIN, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    # How it is carried out, and for whom: `app.runs.queued_task`.
    Column("task", PLAIN, nullable=False),
    # Grows with each claim: of runs that hold as much as each other, the one served longest ago is next.
    Column("served", BigInteger, nullable=False),
    # Whose units were served last.
    Column("account", PLAIN, nullable=False),
    Column("paused_by", PLAIN),
    Column("paused_at", PLAIN),
    Column("paused_reason", PLAIN),
    # Milliseconds since 1970: then it goes on by itself.
    Column("paused_until", BigInteger),
    # Of a greater number nothing begins while anything of a smaller one may: 0, or 1 for looks for drift.
    Column("priority", Integer, nullable=False, server_default="0"),
)

# Their units that are not over; `run_units` says how the others ended.
QUEUE_UNITS = Table(
    "queue_units",
    METADATA,
    Column("run", PLAIN, ForeignKey("queue_runs.run", ondelete="CASCADE"), primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("account", PLAIN, nullable=False),
    Column("labels", PLAIN, nullable=False),
    # How many units it still waits for.
    Column("missing", Integer, nullable=False),
    Column("state", PLAIN, nullable=False),
    # While delayed: milliseconds since 1970.
    Column("not_before", BigInteger),
    # While claimed: by whom, and under which lease.
    Column("worker", PLAIN),
    Column("fencing", BigInteger),
    Column("claims", Integer, nullable=False),
    # The machine that has its plan: for a while after an answer, nobody else takes the unit.
    Column("place", PLAIN),
    Column("place_until", BigInteger),
    Index(
        "ix_queue_units_ready",
        "run",
        "account",
        "ordinal",
        sqlite_where=_READY,
        postgresql_where=_READY,
    ),
    Index("ix_queue_units_claimed", "worker", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
    Index("ix_queue_units_delayed", "not_before", sqlite_where=_DELAYED, postgresql_where=_DELAYED),
    Index(None, "run", "wave"),
)

QUEUE_EDGES = Table(
    "queue_edges",
    METADATA,
    Column("run", PLAIN, ForeignKey("queue_runs.run", ondelete="CASCADE"), primary_key=True),
    Column("upstream", PLAIN, primary_key=True),
    Column("downstream", PLAIN, primary_key=True),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("kind", PLAIN, nullable=False),
    Column("host", PLAIN, nullable=False),
    Column("process_id", BigInteger, nullable=False),
    Column("process_started", PLAIN, nullable=False),
    Column("labels", PLAIN, nullable=False),
    Column("parallel", Integer, nullable=False),
    Column("started", PLAIN, nullable=False),
    # Milliseconds since 1970.
    Column("seen", BigInteger, nullable=False),
    Column("drain_requested_by", PLAIN),
    Column("drain_requested_at", PLAIN),
)
