"""A build's run as JSON: which it is, and how far."""

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document, resource_counts
from cellwright.api.runs.runs import run
from cellwright.app.jobs.offering import Offer
from cellwright.app.jobs.watching import Watched
from cellwright.app.runs.steering.approve import WaitingPlan
from cellwright.model.runs.run import UnitResult
from cellwright.model.value import Json


def begun(run_id: str) -> Json:
    """`job apply`, `job onboard`, `job resume`: the run that was begun."""
    return {"run": run_id}


def job_form(found: Offer) -> Json:
    """`job form`: what the jobs of a CI system may offer."""
    return {
        "fleet": found.fleet,
        "level": found.level,
        "choices": {key: list(values) for key, values in found.choices.items()},
        "strategies": list(found.strategies),
    }


def watched(found: Watched) -> Json:
    """`job follow`: the run, how its units ended, and the plans that wait for an answer."""
    return {
        "run": run(found.run),
        "units": [_result(item) for item in found.results],
        "waiting": [waiting(item) for item in found.waiting],
        "progress": found.progress,
        "interrupted": found.interrupted,
    }


def _result(item: UnitResult) -> Json:
    return {
        "address": str(item.address),
        "outcome": item.outcome.value,
        "seconds": round(item.seconds, 3),
        "resources": resource_counts(item.resources),
        "diagnostics": [diagnostic(one) for one in item.diagnostics],
    }


def waiting(item: WaitingPlan) -> Json:
    """A plan that nobody has answered for."""
    return {
        "unit": str(item.unit),
        "plan_digest": item.plan_digest,
        "asked_at": item.asked_at,
        "resources": resource_counts(item.summary.counts),
        "plan": plan_document(item.summary),
    }
