"""The ledger's tables at the newest version; `migrations` make them step by step.

`heads` decides whether a unit changed and is read for the whole fleet by every command; so what explains a
change (`units`) and what other units take from it (`outputs`) are separate tables.
"""

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

from cellwright.ledger.database.table_groups import (
    certificate_tables,
    client_tables,
    drift_tables,
    move_tables,
    people_tables,
    queue_tables,
    rollout_tables,
)
from cellwright.ledger.database.table_groups.columns import PLAIN, SEQUENCE

METADATA = people_tables.PEOPLE.metadata
"""All tables: those of people and of the queue, too, which are described in files of their own."""

QUEUE_RUNS, WORKERS = queue_tables.QUEUE_RUNS, queue_tables.WORKERS
ROLLOUTS = rollout_tables.ROLLOUTS
DRIFT_UNITS = drift_tables.DRIFT_UNITS
CLIENTS = client_tables.CLIENTS
CERTIFICATES = certificate_tables.CERTIFICATES
MOVES = move_tables.MOVES

HEADS = Table(
    "heads",
    METADATA,
    Column("unit", PLAIN, primary_key=True),
    Column("fingerprint", PLAIN),
    Column("failed", PLAIN),
    Column("lineage", PLAIN),
    Column("serial", BigInteger),
    sqlite_with_rowid=False,
)

UNITS = Table(
    "units",
    METADATA,
    Column("unit", PLAIN, ForeignKey("heads.unit", ondelete="CASCADE"), primary_key=True),
    Column("source_digest", PLAIN, nullable=False),
    Column("source_label", PLAIN, nullable=False),
    Column("backend_digest", PLAIN, nullable=False),
    Column("inputs", PLAIN, nullable=False),
    Column("recipe", PLAIN, nullable=False),
    Column("terraform_version", PLAIN, nullable=False),
    Column("run", PLAIN, nullable=False),
    Column("fleet_commit", PLAIN),
    Column("applied_at", PLAIN, nullable=False),
    # Whose version `terraform_version` is; null for what was applied before products were recorded.
    Column("product", PLAIN),
)

OUTPUTS = Table(
    "outputs",
    METADATA,
    Column("unit", PLAIN, ForeignKey("heads.unit", ondelete="CASCADE"), primary_key=True),
    Column("outputs", PLAIN, nullable=False),
)

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

LEASES = Table(
    "leases",
    METADATA,
    Column("unit", PLAIN, primary_key=True),
    # A row stays, without a host, when a lease ends: the fencing number must only ever grow.
    Column("fencing", BigInteger, nullable=False),
    Column("host", PLAIN),
    Column("process_id", BigInteger),
    Column("process_started", PLAIN),
    Column("run", PLAIN),
    Column("expires", BigInteger),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=False),
    Column("time", PLAIN, nullable=False),
    Column("actor", PLAIN, nullable=False),
    Column("action", PLAIN, nullable=False),
    Column("subject", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    Column("detail", PLAIN, nullable=False),
    Column("previous", PLAIN, nullable=False),
    Column("hash", PLAIN, nullable=False),
    Index(None, "subject", "sequence"),
)

CHAIN = Table(
    "chain",
    METADATA,
    # One row, which every writer of an event locks, so that no two events follow the same one.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", PLAIN, nullable=False),
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

BLOCKS = Table(
    "blocks",
    METADATA,
    # The first address, so that two claims on one block are refused by the database itself. That none
    # overlaps another is decided by `ipam.claims` while the table is locked.
    Column("first", PLAIN, primary_key=True),
    Column("block", PLAIN, nullable=False),
    Column("pool", PLAIN, nullable=False),
    Column("cell", PLAIN, nullable=False),
    # Null while the block is the cell's.
    Column("released_at", PLAIN),
)

PLACEMENTS = Table(
    "placements",
    METADATA,
    # Where a cell is placed. That no place is overfilled is decided by `capacity` while the table is locked.
    Column("cell", PLAIN, primary_key=True),
    Column("place", PLAIN, nullable=False),
    # What it uses there: JSON, by resource.
    Column("uses", PLAIN, nullable=False),
    Column("claimed_at", PLAIN, nullable=False),
)

BINDINGS = Table(
    "bindings",
    METADATA,
    Column("name", PLAIN, primary_key=True),
    Column("value", PLAIN, nullable=False),
)

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    Column("name", PLAIN, nullable=False),
    Column("url", PLAIN, nullable=False),
    # How a message is written: for programs, for Slack, for Teams.
    Column("form", PLAIN, nullable=False),
    # A JSON list of patterns of actions; an empty one means all.
    Column("actions", PLAIN, nullable=False),
    # Encrypted with the fleet's key, which the ledger does not hold.
    Column("secret", PLAIN, nullable=False),
    Column("enabled", Integer, nullable=False),
    # The last event that was looked at for it.
    Column("seen", BigInteger, nullable=False),
    Column("created_by", PLAIN, nullable=False),
    Column("created_at", PLAIN, nullable=False),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    # WEBHOOK.EVENT, so that no event is queued twice for one webhook.
    Column("id", PLAIN, primary_key=True),
    Column("webhook", PLAIN, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    # 0 is a test, which has no event.
    Column("event", BigInteger, nullable=False),
    Column("state", PLAIN, nullable=False),
    Column("made_at", PLAIN, nullable=False),
    # Milliseconds since 1970: not before.
    Column("due", BigInteger, nullable=False),
    # Who is sending it, and until when nobody else may.
    Column("claim", PLAIN),
    Column("claimed_until", BigInteger),
    Column("attempts", PLAIN, nullable=False),
    Index(None, "state", "due"),
    Index(None, "webhook", "made_at"),
)

REQUEST_KEYS = Table(
    "request_keys",
    METADATA,
    # Keys of two people are never the same request.
    Column("who", PLAIN, primary_key=True),
    Column("key", PLAIN, primary_key=True),
    # A digest of the request, so that another one under the same key is refused.
    Column("request", PLAIN, nullable=False),
    Column("made", BigInteger, nullable=False),
    # Null while the request is being answered.
    Column("status", Integer),
    Column("answer", PLAIN),
)
