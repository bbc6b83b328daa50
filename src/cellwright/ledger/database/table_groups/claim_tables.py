"""The ledger's tables of what belongs to whom: addresses, places, and the ledger itself."""

from sqlalchemy import Column, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

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
