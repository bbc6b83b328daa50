"""Indexes of some rows of the audit trail, apart from its tables: one brings PostgreSQL's dialect."""

from sqlalchemy import Index, text

from cellwright.ledger.database.table_groups.event_tables import EVENTS

_GIVEN_UP = text("action IN ('cell.renamed', 'client.offboarded')")

GIVEN_UP = Index(
    # Few of many: see `names.py`.
    "ix_events_given_up",
    EVENTS.c.sequence,
    sqlite_where=_GIVEN_UP,
    postgresql_where=_GIVEN_UP,
)
