"""Workers as JSON."""

from collections.abc import Iterable

from cellwright.ledger.queue.workers import Worker
from cellwright.model.value import Json


def workers(found: Iterable[Worker]) -> Json:
    """The processes that carry out units."""
    return {"workers": [worker(item) for item in found]}


def worker(item: Worker) -> Json:
    """One worker, and what it works on."""
    return {
        "id": item.id,
        "kind": item.kind,
        "host": item.process.host,
        "process": item.process.process_id,
        "labels": {name: sorted(values) for name, values in sorted(item.labels.items())},
        "parallel": item.parallel,
        "started": item.started,
        "seen": item.seen,
        "drain_requested_by": item.drain_requested_by,
        "drain_requested_at": item.drain_requested_at,
        "units": [{"run": run, "unit": unit} for run, unit in item.units],
    }
