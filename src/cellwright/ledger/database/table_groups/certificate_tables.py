"""The ledger's tables of what was taken out of states, and of certificates of destruction."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

# No reference to `runs`: what is said of a resource outlives the record of the run.
REMOVED_RESOURCES = Table(
    "removed_resources",
    METADATA,
    Column("unit", PLAIN, primary_key=True),
    Column("run", PLAIN, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    # In the order of the plan.
    Column("place", Integer, primary_key=True),
    Column("resource", PLAIN, nullable=False),
    Column("plan_digest", PLAIN, nullable=False),
    Column("begun_at", PLAIN, nullable=False),
    # Null while the apply runs, and for ever if nobody learnt how it ended.
    Column("ended_at", PLAIN),
    # Whether the apply has succeeded.
    Column("ended", PLAIN),
)

CERTIFICATES = Table(
    "certificates",
    METADATA,
    # The SHA-256 of the document.
    Column("digest", PLAIN, primary_key=True),
    Column("cell", PLAIN, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", PLAIN, nullable=False),
    # Of what it says: how many things are open, and the last date at which something ends by itself.
    Column("open_points", Integer, nullable=False),
    Column("last_date", PLAIN),
    # Of all that it says but for when it was made, and how far the trail had come.
    Column("facts", PLAIN, nullable=False),
    Column("made_at", PLAIN, nullable=False),
    Column("made_by", PLAIN, nullable=False),
    # Up to which event the trail was read.
    Column("sequence", BigInteger, nullable=False),
    Column("document", PLAIN, nullable=False),
    Column("signature", PLAIN, nullable=False),
    Index(None, "cell", "number", unique=True),
)
