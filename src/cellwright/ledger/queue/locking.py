"""One change of the queue at a time: claims are counted against limits, which two at once would overrun."""

from cellwright.ledger.database.sql import Connection, text

_QUEUE, _REAPER = 0x71756575, 0x72656170
"""Arbitrary numbers: PostgreSQL's advisory locks are identified by numbers."""

_LOCK = text(f"SELECT pg_advisory_xact_lock({_QUEUE})")
_TRY = text(f"SELECT pg_try_advisory_xact_lock({_REAPER})")


def lock_queue(connection: Connection) -> None:
    """Be the only one to change the queue until the transaction ends; first of all locks."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(_LOCK)


def elected(connection: Connection) -> bool:
    """Tell whether this process is the one that looks after the queue, until the transaction ends."""
    return connection.dialect.name != "postgresql" or bool(connection.execute(_TRY).scalar())
