"""Rollouts as JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cellwright.app.rollouts.preparing import Prepared
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.status import RolloutView, StageView
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.model.value import Json
from cellwright.rollout.worst_case import WorstCase


def rollouts(found: Sequence[RolloutSummary]) -> Json:
    """`rollout status`: the newest rollouts."""
    return {"rollouts": [summary(item) for item in found]}


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


def rollout(found: RolloutView) -> Json:
    """`rollout status R`: with its waves, cells, and what waits."""
    record = found.record
    return {
        **summary(record.summary),
        "waves": [_stage(item) for item in found.stages],
        "worst_case": _worst(found.worst),
        "waits_for_approval": found.waits_for_approval,
        "waiting_plans": [_group(item) for item in found.groups],
        "progress": [
            {
                "cell": str(planned.address),
                "phase": cell.phase.value,
                "attempt": cell.attempt,
                "run": cell.run or None,
                "begun": _moment(cell.begun),
                "ended": _moment(cell.ended),
                "why": cell.why,
            }
            for planned, cell in zip(record.plan.cells, record.state.cells, strict=True)
        ],
    }


def prepared(found: Prepared) -> Json:
    """`rollout simulate`: who would change when."""
    return {
        "strategy": found.strategy,
        "commit": found.commit,
        "waves": [
            {
                "name": stage.name,
                "max_parallel": stage.parallel,
                "bake": stage.bake // 1000,
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
        "suspended": [str(cell) for cell in found.suspended],
        "warnings": [str(item) for item in found.warnings],
    }


def _stage(item: StageView) -> Json:
    counts = sorted((phase.value, count) for phase, count in item.phases.items())
    return {"name": item.stage.name, "current": item.is_current, "cells": dict(counts)}


def _group(item: ShapeGroup) -> Json:
    return {
        "group": item.name,
        "units": [str(question.unit) for question in item.questions],
        "runs": sorted({question.run for question in item.questions}),
    }


def _worst(found: WorstCase) -> Json:
    return {
        "failed": found.failed,
        "budgets": [
            {"wave": case.budget.key or None, "tolerated": case.budget.tolerated, "failed": case.failed}
            for case in found.cases
        ],
    }


def _moment(milliseconds: int) -> Json:
    if not milliseconds:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
