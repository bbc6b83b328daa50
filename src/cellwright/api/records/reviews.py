"""Reviews as JSON."""

from collections.abc import Sequence

from cellwright.app.evidence.reviews import Review
from cellwright.model.value import Json


def review(found: Review) -> Json:
    """One review."""
    return {
        "event": found.event,
        "time": found.time,
        "who": found.who,
        "kind": found.kind,
        "from": found.since,
        "to": found.until,
        "findings": found.findings,
        "digest": found.digest,
        "looked_at": dict(found.looked_at),
    }


def reviews(found: Sequence[Review]) -> Json:
    """`review list`."""
    return {"reviews": [review(item) for item in found]}
