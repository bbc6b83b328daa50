"""Runs, their results and their logs as JSON."""

from collections.abc import Iterable

from cellwright.api.document import Document
from cellwright.api.findings import diagnostic
from cellwright.app.history.logs import UnitLog
from cellwright.app.history.runs import RunPage
from cellwright.app.runs.report import RunReport
from cellwright.ledger.run_state import RunSummary
from cellwright.model.plan import PlanSummary, ResourceCounts
from cellwright.model.run import UnitResult
from cellwright.model.value import Json


def report(found: RunReport) -> Json:
    """`plan`, `apply`, `resume`, `onboard`, `offboard`: how each unit ended."""
    return {
        "run": found.run.id,
        "kind": found.run.kind.value,
        "status": found.run.status.value,
        "started": found.run.started,
        "finished": found.run.finished,
        "units": [_result(result, found.plans.get(result.address)) for result in found.results],
    }


def _result(result: UnitResult, plan: PlanSummary | None) -> Json:
    document: dict[str, Json] = {
        "address": str(result.address),
        "outcome": result.outcome.value,
        "seconds": round(result.seconds, 3),
        "resources": _counts(result.resources),
        "diagnostics": [diagnostic(item) for item in result.diagnostics],
    }
    if plan is not None:
        document["plan"] = _plan(plan)
    return document


def _counts(counts: ResourceCounts) -> Json:
    return {
        "add": counts.add,
        "change": counts.change,
        "destroy": counts.destroy,
        "replace": counts.replace,
    }


def _plan(plan: PlanSummary) -> Json:
    return {
        "applyable": plan.applyable,
        "outputs": list(plan.outputs),
        "changes": [
            {
                "address": change.address,
                "action": change.action.value,
                "attributes": [
                    {"path": item.path, "before": item.before, "after": item.after}
                    for item in change.attributes
                ],
            }
            for change in plan.resources
        ],
    }


def runs(found: RunPage) -> Json:
    """`runs`: what was run, by whom and why; `next` is null on the last page."""
    return {"runs": [_run(item) for item in found.runs], "next": found.next}


def _run(item: RunSummary) -> Json:
    return {
        "run": item.id,
        "kind": item.kind.value,
        "status": item.status.value,
        "actor": item.actor,
        "reason": item.reason,
        "started": item.started,
        "finished": item.finished,
        "commit": item.commit,
        "units": item.units,
        "counts": dict(item.counts),
    }


def logs(run: str, found: Iterable[UnitLog]) -> Document:
    """`logs`: each unit's log as lines, read one log at a time."""
    return {"run": run, "logs": map(_log, found)}


def _log(log: UnitLog) -> Json:
    return {"unit": str(log.unit), "path": str(log.path), "lines": list(log.lines())}
