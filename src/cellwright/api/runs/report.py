"""The report of a run as JSON."""

from typing import TYPE_CHECKING

from cellwright.api.diagnostics import diagnostic
from cellwright.app.runs.report import RunReport
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.model.runs.plan_options import options_to_json
from cellwright.model.runs.run import UnitResult, status_word
from cellwright.model.value import Json

if TYPE_CHECKING:
    from cellwright.app.overview.runs.run_report import ReportPage


def report(found: RunReport) -> Json:
    """`plan`, `apply`, `resume`, `onboard`, `offboard`: how each unit ended."""
    return _part(found)


def report_page(found: "ReportPage") -> Json:
    """A part of a run's report; `next` is null on the last page."""
    return {**_part(found), "next": None if found.next is None else str(found.next)}


def _part(found: "RunReport | ReportPage") -> dict[str, Json]:
    return {
        "run": found.run.id,
        "kind": found.run.kind.value,
        "status": status_word(found.run.status, _outcomes(found)),
        "started": found.run.started,
        "finished": found.run.finished,
        "seconds": found.run.seconds,
        "waited": round(found.run.waited, 3),
        "units": [_result(result, found.plans.get(result.address)) for result in found.results],
    }


def _outcomes(found: "RunReport | ReportPage") -> frozenset[str]:
    if isinstance(found, RunReport):
        return frozenset(item.outcome.value for item in found.results)
    return frozenset(found.run.counts)  # a page has some of the units


def _result(result: UnitResult, plan: PlanSummary | None) -> Json:
    document: dict[str, Json] = {
        "address": str(result.address),
        "outcome": result.outcome.value,
        "seconds": round(result.seconds, 3),
        "resources": resource_counts(result.resources),
        "diagnostics": [diagnostic(item) for item in result.diagnostics],
    }
    if plan is not None:
        document["plan"] = plan_document(plan)
    return document


def resource_counts(counts: ResourceCounts) -> Json:
    """How many resources are touched."""
    return {
        "add": counts.add,
        "change": counts.change,
        "destroy": counts.destroy,
        "replace": counts.replace,
        "forget": counts.forget,
        "imports": counts.imports,
        "moves": counts.moves,
        "refresh": counts.refresh,
    }


def plan_document(plan: PlanSummary) -> Json:
    """What Terraform will do."""
    return {
        "applyable": plan.applyable,
        "taken_from": plan.taken_from or None,
        "outputs": list(plan.outputs),
        "cut": plan.cut,
        "changes": [
            {
                "address": change.address,
                "action": change.action.value,
                "attributes": [
                    {
                        "path": item.path,
                        "before": item.before,
                        "after": item.after,
                        **({"forces": True} if item.forces else {}),
                    }
                    for item in change.attributes
                ],
                **({"note": change.note} if change.note else {}),
            }
            for change in plan.resources
        ],
        **({"options": options_to_json(plan.options)} if plan.options else {}),
    }
