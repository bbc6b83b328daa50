"""Runs as JSON."""

from cellwright.app.history.runs import RunPage
from cellwright.ledger.run_state import RunSummary
from cellwright.model.value import Json


def runs(found: RunPage) -> Json:
    """`runs`: what was run, by whom and why; `next` is null on the last page."""
    return {"runs": [_run(item) for item in found.runs], "next": found.next}


def _run(item: RunSummary) -> Json:
    return {
        "run": item.id,
        "kind": item.kind.value,
        "status": item.status.value,
        "actor": item.actor,
        "identity": dict(item.identity) or None,
        "reason": item.reason,
        "started": item.started,
        "finished": item.finished,
        "commit": item.commit,
        "units": item.units,
        "counts": dict(item.counts),
    }
