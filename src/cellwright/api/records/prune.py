"""The report of pruning as JSON."""

from cellwright.app.history.prune import PruneReport
from cellwright.model.value import Json


def prune(found: PruneReport) -> Json:
    """`prune`: `done` is false if nothing was removed because `--yes` was not given."""
    before, after = found.ledger_bytes
    return {
        "done": found.carried_out,
        "before": found.before,
        "runs": found.runs,
        "records": found.records,
        "unfinished": found.unfinished,
        "logs": found.logs,
        "folders": found.folders,
        "drift": found.drift,
        "caches": found.caches,
        "file_bytes": found.file_bytes,
        "ledger": {"bytes_before": before, "bytes_after": after, "compacted": found.compacted},
    }
