"""The ledger's tables of units: what was applied, and who works on which.

`heads` decides whether a unit changed and is read for the whole fleet by every command; so what explains a
change (`units`) and what other units take from it (`outputs`) are separate tables.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

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
