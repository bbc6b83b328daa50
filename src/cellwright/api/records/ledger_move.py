"""A ledger that was moved, as JSON."""

from cellwright.ledger.moving import Moved
from cellwright.model.value import Json


def moved(found: Moved) -> Json:
    """`ledger move`: from where to where, and how much."""
    return {
        "from": found.source,
        "to": found.target,
        "rows": found.rows,
        "events": found.events,
        "ended": found.ended,
    }
