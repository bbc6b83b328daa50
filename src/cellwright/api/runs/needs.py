"""What needs a person, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.api.fleet.lives import offboarding
from cellwright.api.runs.drift import group_in_short, unknown
from cellwright.api.runs.rollouts import summary
from cellwright.api.runs.runs import run
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.needs import FailedRun, Needs, WaitingRun
from cellwright.fleet.ended_exceptions import EndingException
from cellwright.model.value import Json


def needs(found: Needs) -> Json:
    """The start page: what waits, stands still, has failed, goes on, drifted, ends soon or is wrong."""
    return {
        "waiting": [_waiting(item) for item in found.waiting],
        "rollouts": [summary(item) for item in found.rollouts],
        "failed": [_failed(item) for item in found.failed],
        "running": [run(item) for item in found.running],
        "drift": [group_in_short(item) for item in found.drift],
        "unknown": [unknown(item) for item in found.unknown],
        "ending": [_ending(item) for item in found.ending],
        "leaving": [offboarding(record, waits) for record, waits in found.leaving],
        "findings": [diagnostic(item) for item in found.findings],
        "counts": {
            level: {state.value: counts.get(state, 0) for state in CellState}
            for level, counts in found.counts.items()
        },
    }


def _waiting(item: WaitingRun) -> Json:
    return {"run": run(item.run), "plans": item.questions.plans, "since": item.questions.since}


def _failed(item: FailedRun) -> Json:
    return {
        "run": run(item.run),
        "failed": item.failed,
        "skipped": item.skipped,
        "examples": [str(unit) for unit in item.examples],
    }


def _ending(item: EndingException) -> Json:
    return {
        "cell": str(item.cell),
        "rule": item.rule,
        "resource": item.resource,
        "person": item.person,
        "until": item.until.isoformat(),
        "file": item.position.file,
        "line": item.position.line,
    }
