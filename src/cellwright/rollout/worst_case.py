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
    most = [min(case.budget.most, case.budget.total) for case in cases]
    failed = max((case.failed + sum(most) - most[index] for index, case in enumerate(cases)), default=0)
    return WorstCase(cases, min(failed, len(plan.cells)))


def _case(plan: RolloutPlan, index: int, budget: Budget) -> BudgetCase | None:
    stages = [stage for stage in plan.stages if stage.budget == index]
    if not stages:
        return None
    more = max(1 if stage.mode == "strict" else stage.parallel for stage in stages)
    parallel = max(min(stage.parallel, stage.end - stage.first) for stage in stages)
    return BudgetCase(budget, parallel, min(budget.most + more, budget.total))
