"""How many units of a run are in which state."""

import time
from dataclasses import dataclass, field

from cellwright.ledger.database.sql import Connection, text

_COUNTS = text(
    "SELECT COALESCE(outcome, state), count(*) FROM run_units WHERE run = :run"
    " GROUP BY COALESCE(outcome, state)"
)


def count_units(connection: Connection, run_id: str) -> dict[str, int]:
    """How many units by outcome, for finished ones, else by state."""
    return {row[0]: row[1] for row in connection.execute(_COUNTS, {"run": run_id})}


LARGE = 10_000
"""Units from which a run is large: counting them takes tens of milliseconds."""
_KEPT = 1.0
"""Seconds for which the counts of a large run are kept."""


@dataclass(slots=True)
class KeptCounts:
    """Counts for many who look at the same large run: those of a second ago will do."""

    _found: dict[str, tuple[float, dict[str, int]]] = field(default_factory=dict)
    """By run, when they were counted, and the counts; of large runs only."""

    def of(self, connection: Connection, run_id: str) -> dict[str, int]:
        """As `count_units`; of a large run up to a second old."""
        now = time.monotonic()
        young = {run: found for run, found in self._found.items() if now - found[0] < _KEPT}
        if run_id in young:
            return young[run_id][1]
        counts = count_units(connection, run_id)
        if sum(counts.values()) >= LARGE:
            self._found = {**young, run_id: (now, counts)}
        return counts
