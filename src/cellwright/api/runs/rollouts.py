"""Rollouts as JSON."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document, resource_counts
from cellwright.app.overview.rollouts.rollout_view import CellsPage
from cellwright.app.rollouts.preparing import Prepared
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.status import Failure, RolloutView
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.model.address import CellAddress
from cellwright.model.value import Json
from cellwright.rollout.plan import Stage, Step
from cellwright.rollout.state import OPEN_STEP, CellProgress, RolloutState, StepKey
from cellwright.rollout.worst_case import WorstCase

_EXAMPLES = 20
"""Cells that are named of those that failed for one reason."""


def rollouts(found: Sequence[RolloutSummary]) -> Json:
    """`rollout status`: the newest rollouts."""
    return {"rollouts": [summary(item) for item in found]}


def rollouts_page(found: Sequence[RolloutSummary], following: str | None) -> Json:
    """A page of rollouts; `next` is null on the last one."""
    return {"rollouts": [summary(item) for item in found], "next": following}


def summary(found: RolloutSummary) -> dict[str, Json]:
    """One rollout, without its cells."""
    return {
        "rollout": found.id,
        "strategy": found.strategy,
        "commit": found.commit,
        "status": found.status.value,
        "why": found.why,
        "by": found.made_by,
        "made_at": found.made_at,
        "changed_at": found.changed_at,
        "reason": found.reason,
        "cells": dict(sorted(found.phases.items())),
    }


def rollout(found: RolloutView) -> dict[str, Json]:
    """`rollout status R`: with its waves, cells, and what waits."""
    record = found.record
    cells = zip(record.plan.cells, record.state.cells, strict=True)
    return {**without_cells(found), "progress": [_progress(item.address, cell) for item, cell in cells]}


def without_cells(found: RolloutView) -> dict[str, Json]:
    """As `rollout`, but its cells, which have pages of their own."""
    return {
        **summary(found.record.summary),
        "rollback_of": _rollback_of(found),
        "waves": [_stage(found, number) for number in range(len(found.stages))],
        "worst_case": _worst(found.worst) if found.worst.cases else None,
        "waits_for_approval": found.waits_for_approval,
        "waiting_plans": [_group(item) for item in found.groups],
        "failures": [_failure(item) for item in found.failures],
    }


def cells_page(found: CellsPage) -> Json:
    """A page of a rollout's cells; `next` is null on the last one."""
    cells = [{"wave": item.wave, **_progress(item.cell, item.progress)} for item in found.cells]
    return {"cells": cells, "next": found.next}


def prepared(found: Prepared) -> dict[str, Json]:
    """`rollout simulate`: who would change when."""
    return {
        "strategy": found.strategy,
        "commit": found.commit,
        "waves": [
            {
                **_rules(stage),
                "before": [step.label for step in stage.before],
                "after": [step.label for step in stage.after],
                "cells": [
                    {"cell": str(cell), "units": found.units.get(cell, 0)}
                    for cell in (found.plan.cells[place].address for place in stage.cells)
                ],
            }
            for stage in found.plan.stages
        ],
        "worst_case": _worst(found.worst),
        "freezes": [
            {
                "from": _moment(freeze.begin),
                "to": _moment(freeze.end),
                "reason": freeze.reason,
                "cells": cells,
            }
            for freeze, cells in found.freezes
        ],
        "suspended": [str(cell) for cell in found.suspended],
        "warnings": [diagnostic(item) for item in found.warnings],
    }


def _stage(found: RolloutView, number: int) -> Json:
    item = found.stages[number]
    counts = sorted((phase.value, count) for phase, count in item.phases.items())
    return {
        **_rules(item.stage),
        "current": item.is_current,
        "cells": dict(counts),
        "before": _steps(found.record.state, number, "before", item.stage.before),
        "after": _steps(found.record.state, number, "after", item.stage.after),
    }


def _rules(stage: Stage) -> dict[str, Json]:
    return {
        "name": stage.name,
        "wave": stage.wave,
        "max_parallel": stage.parallel,
        "failure_mode": stage.mode,
        "bake": stage.bake // 1000,
        "deadline": None if stage.deadline is None else stage.deadline // 1000,
    }


def _steps(state: RolloutState, stage: int, when: str, steps: Sequence[Step]) -> Json:
    known = [(step, state.steps.get(StepKey(stage, when, at), OPEN_STEP)) for at, step in enumerate(steps)]
    return [
        {"step": step.label, "kind": step.kind, "state": item.state.value, "by": item.by, "why": item.why}
        for step, item in known
    ]


def _group(item: ShapeGroup) -> Json:
    return {
        "group": item.name,
        "shape": item.shape,
        "operation": item.questions[0].operation.value,
        "since": min(question.asked_at for question in item.questions),
        "units": [str(question.unit) for question in item.questions],
        "runs": [question.run for question in item.questions],
        "resources": resource_counts(item.summary.counts),
        "plan": plan_document(item.summary),
    }


def _failure(item: Failure) -> Json:
    return {
        "phase": item.phase.value,
        "why": item.why,
        "count": len(item.cells),
        "cells": [{"cell": str(cell), "run": run or None} for cell, run in item.cells[:_EXAMPLES]],
    }


def _progress(address: CellAddress, cell: CellProgress) -> dict[str, Json]:
    return {
        "cell": str(address),
        "phase": cell.phase.value,
        "attempt": cell.attempt,
        "run": cell.run or None,
        "begun": _moment(cell.begun),
        "ended": _moment(cell.ended),
        "why": cell.why,
    }


def _rollback_of(found: RolloutView) -> Json:
    task = found.record.task
    return task.get("rollback_of") or None if isinstance(task, Mapping) else None


def _worst(found: WorstCase) -> Json:
    return {
        "failed": found.failed,
        "budgets": [
            {
                "wave": case.budget.key or None,
                "tolerated": case.budget.tolerated,
                "cells": case.budget.total,
                "min_finished": case.budget.min_finished,
                "parallel": case.parallel,
                "failed": case.failed,
            }
            for case in found.cases
        ],
    }


def _moment(milliseconds: int) -> Json:
    if not milliseconds:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
