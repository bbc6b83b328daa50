"""Runs as JSON."""

from collections.abc import Sequence

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document, resource_counts
from cellwright.app.history.runs import RunPage
from cellwright.app.overview.unit_view import RunUnitView
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.run_state import Approval, RunSummary, RunUnitRecord
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Run, status_word, was_refused
from cellwright.model.value import Json


def runs(found: RunPage) -> Json:
    """`runs`: what was run, by whom and why; `next` is null on the last page."""
    return {
        "runs": [run(item) for item in found.runs],
        "next": found.next,
        "former": [{"cell": str(item.cell), "until": item.until} for item in found.former],
        "stopped": dict(found.stopped),
    }


def paused(found: Pause) -> Json:
    """`pause` and `unpause`: the pause that counts, which is the first, or which is over."""
    return {
        "run": found.run,
        "paused_by": found.paused_by,
        "paused_at": found.paused_at,
        "reason": found.reason,
        "until": found.until,
    }


def submitted(run: Run) -> Json:
    """A run that was started."""
    return {
        "run": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        "units": len(run.units),
    }


def units(found: Sequence[RunUnitRecord], following: UnitAddress | None) -> Json:
    """The units of a run in its order; `next` is null on the last page."""
    return {
        "units": [_unit(item) for item in found],
        "next": None if following is None else str(following),
    }


def run_unit(found: RunUnitView) -> Json:
    """One unit of a run: where it is and why, its plan, the newest question about it."""
    record, wait, asked = found.row.record, found.row.wait, found.approval
    return {
        "run": found.run.id,
        "unit": _unit(record),
        "seconds": round(record.seconds, 3),
        "resources": resource_counts(record.resources),
        "diagnostics": [diagnostic(item) for item in record.diagnostics],
        "wait": None
        if wait is None
        else {
            "kind": wait.kind.value,
            "why": wait.why,
            "run": wait.run,
            "unit": None if wait.unit is None else str(wait.unit),
            "until": None if wait.until is None else wait.until.isoformat(),
            "limit": None
            if wait.limit is None
            else {"of": wait.limit.of.value, "name": wait.limit.name, "most": wait.limit.most},
        },
        "plan": None if found.plan is None else plan_document(found.plan),
        "outlined": found.outlined,
        "approval": None if asked is None else _approval(asked),
    }


def _unit(item: RunUnitRecord) -> Json:
    return {
        "address": str(item.address),
        "operation": item.operation.value,
        "wave": item.wave,
        "state": item.state.value,
        "outcome": item.outcome.value if item.outcome else None,
        "attempt": item.attempt,
        "started": item.started,
        "finished": item.finished,
    }


def _approval(item: Approval) -> Json:
    return {
        "plan_digest": item.plan_digest,
        "asked_at": item.asked_at,
        "decision": None if item.decision is None else item.decision.value,
        "answered_by": item.answered_by,
        "answered_at": item.answered_at,
        "reason": item.reason,
        "how": item.how,
    }


def run(item: RunSummary) -> Json:
    """One run in short."""
    return {
        "run": item.id,
        "kind": item.kind.value,
        "status": status_word(item.status, item.counts.keys()),
        "refused": was_refused(item.status, item.counts.keys()),
        "actor": item.actor,
        "identity": dict(item.identity) or None,
        "reason": item.reason,
        "started": item.started,
        "finished": item.finished,
        "seconds": item.seconds,
        "waited": round(item.waited, 3),
        "commit": item.commit,
        "units": item.units,
        "counts": dict(item.counts),
    }
