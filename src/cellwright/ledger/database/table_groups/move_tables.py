"""The ledger's table of moves: cells that are being renamed, resources that go from one state to another."""

from sqlalchemy import Column, Index, Table

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN

MOVES = Table(
    "moves",
    METADATA,
    Column("id", PLAIN, primary_key=True),
    # `rename` of a cell, or `split` of a unit's state.
    Column("kind", PLAIN, nullable=False),
    # What it was, and what it becomes: cells or units.
    Column("subject", PLAIN, nullable=False),
    Column("target", PLAIN, nullable=False),
    # `moving`, or `moved`: only former copies are left to be removed. A move that is over has no row.
    Column("phase", PLAIN, nullable=False),
    Column("begun_by", PLAIN, nullable=False),
    Column("begun_at", PLAIN, nullable=False),
    Column("reason", PLAIN, nullable=False),
    # What another process needs to go on with it. JSON, no secrets.
    Column("detail", PLAIN, nullable=False),
    Index(None, "subject", unique=True),
)
