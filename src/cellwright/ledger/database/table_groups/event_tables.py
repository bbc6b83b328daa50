"""The ledger's tables of the audit trail."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, text

from cellwright.ledger.database.table_groups.columns import METADATA, PLAIN, SEQUENCE

_GIVEN_UP = text("action IN ('cell.renamed', 'client.offboarded')")

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
    # Few of many: see `names.py`.
    Index("ix_events_given_up", "sequence", sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP),
)

CHAIN = Table(
    "chain",
    METADATA,
    # One row, which every writer of an event locks, so that no two events follow the same one.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", PLAIN, nullable=False),
)
