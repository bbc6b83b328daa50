"""A rollout's plan and state as JSON, and back."""

from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.model.address import CellAddress
from cellwright.model.value import Json
from cellwright.rollout.plan import Budget, Freeze, PlannedCell, RolloutPlan, Stage, Step
from cellwright.rollout.state import RolloutState, RolloutStatus


def plan_to_json(plan: RolloutPlan) -> Json:
    """Write a plan down."""
    return {
        "stages": [_stage_to_json(stage) for stage in plan.stages],
        "budgets": [[item.key, item.tolerated, item.total, item.min_finished] for item in plan.budgets],
        "cells": [[str(item.address), list(item.needs), list(item.freezes)] for item in plan.cells],
        "freezes": [[item.begin, item.end, item.reason] for item in plan.freezes],
    }


@reads("a rollout")
def plan_from_json(text: Any) -> RolloutPlan:  # noqa: ANN401  what `plan_to_json` wrote, read back
    """Read what `plan_to_json` wrote."""
    return RolloutPlan(
        stages=tuple(_stage_from_json(stage) for stage in text["stages"]),
        budgets=tuple(Budget(*item) for item in text["budgets"]),
        cells=tuple(
            PlannedCell(CellAddress(*address.split("/")), tuple(needs), tuple(freezes))
            for address, needs, freezes in text["cells"]
        ),
        freezes=tuple(Freeze(*item) for item in text["freezes"]),
    )


def state_to_json(state: RolloutState) -> Json:
    """Write down what no column of its own has."""
    return {
        "stage": state.stage,
        "baked": state.baked,
        "bake_since": state.bake_since,
        "expedited": state.expedited,
        "ends_as": state.ends_as.value,
        "why": state.why,
    }


@reads("a rollout")
def state_from_json(status: str, text: Any) -> RolloutState:  # noqa: ANN401  as `plan_from_json`
    """Read what `state_to_json` wrote; cells and steps have tables of their own."""
    return RolloutState(
        status=RolloutStatus(status),
        stage=text["stage"],
        baked=text["baked"],
        bake_since=text["bake_since"],
        expedited=text["expedited"],
        ends_as=RolloutStatus(text["ends_as"]),
        why=text["why"],
    )


def _stage_to_json(stage: Stage) -> Json:
    return {
        "name": stage.name,
        "wave": stage.wave,
        "first": stage.first,
        "end": stage.end,
        "parallel": stage.parallel,
        "mode": stage.mode,
        "budget": stage.budget,
        "bake": stage.bake,
        "deadline": stage.deadline,
        "before": [_step_to_json(step) for step in stage.before],
        "after": [_step_to_json(step) for step in stage.after],
        "is_canary": stage.is_canary,
    }


def _stage_from_json(text: Any) -> Stage:  # noqa: ANN401  as `plan_from_json`
    steps = {when: tuple(Step(*step) for step in text[when]) for when in ("before", "after")}
    return Stage(**{**text, **steps})


def _step_to_json(step: Step) -> Json:
    return [step.kind, step.check, step.begin, step.end, step.zone, step.label]
