"""Removes drift that has ended long ago, with acknowledgements and windows that are over; events stay."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import iso, milliseconds
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text

# Each names both moments, as all are run with the same parameters.
_OLD = (
    ("drift_resources", "closed_at < :before AND :before_ms > 0"),
    ("drift_acknowledged", "until < :before_ms OR ended_at < :before"),
    ("drift_windows", "ends < :before_ms AND opened_at < :before"),
)
_COUNT = tuple(text(f"SELECT count(*) FROM {table} WHERE {old}") for table, old in _OLD)  # noqa: S608  constants
_DELETE = tuple(text(f"DELETE FROM {table} WHERE {old}") for table, old in _OLD)  # noqa: S608  constants


@dataclass(frozen=True, slots=True)
class DriftPruning:
    """What is old of a ledger's drift. Every method raises DiagnosticError when the database fails."""

    database: Database

    def count(self, before: datetime) -> int:
        """Count the records that ended before a moment."""
        with self.database.read() as connection:
            return sum(connection.execute(one, _values(before)).scalar_one() for one in _COUNT)

    def prune(self, before: datetime, said: Callable[[int], EventDraft]) -> int:
        """Remove them, with an event that says how many; none without any."""
        with self.database.write() as connection:
            gone = sum(connection.execute(one, _values(before)).rowcount for one in _DELETE)
            if gone:
                append(connection, self.database, said(gone))
        return gone


def _values(before: datetime) -> dict[str, object]:
    return {"before": iso(before), "before_ms": milliseconds(before)}
