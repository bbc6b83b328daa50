"""The stored progress of a run as JSON."""

from collections.abc import Iterable

from cellwright.ledger.progress import StoredProgress
from cellwright.model.runs.run import RunStatus
from cellwright.model.value import Json


def progress(found: Iterable[StoredProgress], status: RunStatus) -> Json:
    """Pieces of progress, oldest first, and how the run stands after them."""
    return {"progress": [piece(item) for item in found], "status": status.value}


def piece(item: StoredProgress) -> Json:
    """One piece of progress."""
    return {
        "id": item.id,
        "run": item.run,
        "unit": item.unit,
        "time": item.time,
        "sequence": item.sequence,
        "kind": item.kind,
        "detail": dict(item.detail),
    }
