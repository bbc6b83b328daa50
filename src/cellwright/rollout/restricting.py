"""A plan with fewer cells: what a rollback does with the plan of the rollout that it takes back."""

from collections.abc import Collection
from dataclasses import replace

from cellwright.model.address import CellAddress
from cellwright.rollout.plan import PlannedCell, RolloutPlan, Stage


def restricted(plan: RolloutPlan, keep: Collection[CellAddress]) -> RolloutPlan:
    """Keep these cells, each in its wave; waves without any are left out. Budgets stay as they were."""
    kept = [place for place, cell in enumerate(plan.cells) if cell.address in keep]
    new_places = {place: new for new, place in enumerate(kept)}
    stages: list[Stage] = []
    first = 0
    for stage in plan.stages:
        size = sum(place in new_places for place in stage.cells)
        if size:
            canary = stages[0].wave if stages else stage.wave
            own = replace(stage, first=first, end=first + size, is_canary=stage.wave == canary)
            stages.append(own)
            first += size
    return replace(
        plan, stages=tuple(stages), cells=tuple(_moved(plan.cells[place], new_places) for place in kept)
    )


def _moved(cell: PlannedCell, places: dict[int, int]) -> PlannedCell:
    return replace(cell, needs=tuple(places[need] for need in cell.needs if need in places))
