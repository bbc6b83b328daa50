"""The worst case of a plan: how many cells may fail before it stops by itself."""

from dataclasses import dataclass

from cellwright.rollout.plan import Budget, RolloutPlan


@dataclass(frozen=True, slots=True)
class BudgetCase:
    """One budget's worst case."""

    budget: Budget
    parallel: int
    """So many of its cells are changed at once at most."""
    failed: int
    """So many may have failed once nothing is at work any more."""


@dataclass(frozen=True, slots=True)
class WorstCase:
    """What a rollout can lose before it stops by itself."""

    cases: tuple[BudgetCase, ...]
    failed: int
    """Of all its cells."""


def worst_case(plan: RolloutPlan) -> WorstCase:
    """Add up tolerance and parallelism.

    While a cell too many fails, up to `max_parallel` others are at work, which may fail as well; in strict
    mode no more are at work than may still fail.
    """
    cases = tuple(
        case for index, budget in enumerate(plan.budgets) if (case := _case(plan, index, budget)) is not None
    )
    failed = max((case.failed + _before(plan, case, cases) for case in cases), default=0)
    return WorstCase(cases, min(failed, len(plan.cells)))


def _before(plan: RolloutPlan, case: BudgetCase, cases: tuple[BudgetCase, ...]) -> int:
    """Give how many may have failed, and been tolerated, in waves of other budgets that began before."""
    last = max(_stages_of(plan, case.budget))
    return sum(
        min(other.budget.most, other.budget.total)
        for other in cases
        if other is not case and min(_stages_of(plan, other.budget)) < last
    )


def _stages_of(plan: RolloutPlan, budget: Budget) -> list[int]:
    return [place for place, stage in enumerate(plan.stages) if plan.budgets[stage.budget] == budget]


def _case(plan: RolloutPlan, index: int, budget: Budget) -> BudgetCase | None:
    stages = [stage for stage in plan.stages if stage.budget == index]
    if not stages:
        return None
    more = max(1 if stage.mode == "strict" else stage.parallel for stage in stages)
    parallel = max(min(stage.parallel, stage.end - stage.first) for stage in stages)
    return BudgetCase(budget, parallel, min(budget.most + more, budget.total))
