"""The ledger's tables of drift: what looks have found, what is acknowledged, when there were looks."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

# The newest look at each unit, and the drift that it has now.
DRIFT_UNITS = Table(
    "drift_units",
    METADATA,
    Column("unit", PLAIN, primary_key=True),
    # `clean`, `drifted`, or `unknown`: the look has failed.
    Column("result", PLAIN, nullable=False),
    Column("looked_at", PLAIN, nullable=False),
    Column("looked_run", PLAIN, nullable=False),
    # Why the look has failed.
    Column("why", PLAIN, nullable=False),
    # Equal for units that differ in their cells' names alone; empty if that is not known.
    Column("shape", PLAIN, nullable=False),
    # Of all that an apply would do about it.
    Column("digest", PLAIN, nullable=False),
    Column("counts", PLAIN),
    # When it was first and last seen, how often, and by which run last; null: there is none.
    Column("since", PLAIN),
    Column("seen", PLAIN),
    Column("run", PLAIN),
    Column("times", Integer, nullable=False),
    Index(None, "since"),
    Index(None, "result", "looked_at"),
)

# Each resource that was found otherwise, from when to when.
DRIFT_RESOURCES = Table(
    "drift_resources",
    METADATA,
    Column("unit", PLAIN, primary_key=True),
    Column("address", PLAIN, primary_key=True),
    Column("first_seen", PLAIN, primary_key=True),
    Column("action", PLAIN, nullable=False),
    # 1 if an apply changes it back, 0 if it leaves it as it is.
    Column("repaired", Integer, nullable=False),
    # Of attributes, without their values.
    Column("paths", PLAIN, nullable=False),
    Column("digest", PLAIN, nullable=False),
    Column("first_run", PLAIN, nullable=False),
    Column("last_seen", PLAIN, nullable=False),
    Column("last_run", PLAIN, nullable=False),
    Column("times", Integer, nullable=False),
    Column("closed_at", PLAIN),
    Column("closed_run", PLAIN),
    Column("closed_how", PLAIN),
    Index(None, "closed_at"),
)

DRIFT_ACKNOWLEDGED = Table(
    "drift_acknowledged",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    # Either a unit, with a resource of it or as a whole, or a shape.
    Column("unit", PLAIN, nullable=False),
    Column("resource", PLAIN, nullable=False),
    Column("shape", PLAIN, nullable=False),
    # What was acknowledged: of the unit, or of the resource.
    Column("digest", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    Column("made_by", PLAIN, nullable=False),
    Column("made_at", PLAIN, nullable=False),
    # Milliseconds since 1970.
    Column("until", BigInteger, nullable=False),
    Column("ended_at", PLAIN),
    Column("ended_by", PLAIN),
)

# The windows of schedules that were opened: each once.
DRIFT_WINDOWS = Table(
    "drift_windows",
    METADATA,
    Column("schedule", PLAIN, primary_key=True),
    # Milliseconds since 1970.
    Column("begins", BigInteger, primary_key=True),
    Column("ends", BigInteger, nullable=False),
    Column("run", PLAIN, nullable=False),
    Column("opened_at", PLAIN, nullable=False),
    Column("units", Integer, nullable=False),
    # Units that the budget left out.
    Column("left_out", Integer, nullable=False),
)

# The looks that were begun in the last hour, by account: what the budget counts.
DRIFT_BEGUN = Table(
    "drift_begun",
    METADATA,
    Column("run", PLAIN, primary_key=True),
    Column("unit", PLAIN, primary_key=True),
    Column("claims", Integer, primary_key=True),
    Column("account", PLAIN, nullable=False),
    Column("begun", BigInteger, nullable=False),
    Index(None, "account", "begun"),
)
