"""A restore drill as JSON."""

from cellwright.app.evidence.drill.restoring import DrillReport
from cellwright.model.value import Json


def drill(found: DrillReport) -> Json:
    """`drill restore`."""
    return {
        "result": found.result.value,
        "seconds": round(found.seconds, 1),
        "event": found.event,
        "ledger": {
            "source": found.ledger.source or None,
            "events": found.ledger.events,
            "rows": found.ledger.rows,
            "head": found.ledger.head,
            "behind": found.ledger.behind,
            "tables": dict(found.ledger.tables),
        },
        "states": {
            "restored": found.states.restored,
            "encrypted": found.states.encrypted,
            "bytes": found.states.bytes,
            "unread": list(found.states.unread),
        },
        "differences": list(found.differences),
    }
