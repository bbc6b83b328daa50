"""Plans that do the same, as one: what is equal as a whole, and what differs in the cells' own names alone.

A plan is compared by keyed digests of all that it does, secrets included. Plans that have none, because an
older version made them, stand alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """A plan that nobody has answered for."""

    run: str
    unit: UnitAddress
    operation: Operation
    plan_digest: str
    """What an answer is for."""
    asked_at: str
    """UTC, ISO 8601."""
    summary: PlanSummary


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Plans of one run that do the same."""

    plans: tuple[WaitingPlan, ...]
    exact: bool
    """False if they are equal but for each cell's own name in the place of another's."""

    @property
    def first(self) -> WaitingPlan:
        """The plan that is shown for all."""
        return self.plans[0]

    @property
    def cells(self) -> tuple[CellAddress, ...]:
        """The cells, each once."""
        return tuple(dict.fromkeys(plan.unit.of_cell for plan in self.plans))

    @property
    def key(self) -> str:
        """What names the group in a page: the digest of its first plan."""
        return self.first.plan_digest


def plan_groups(plans: Iterable[WaitingPlan]) -> tuple[PlanGroup, ...]:
    """Group plans that do the same; the largest groups first, then in the given order."""
    equal: dict[object, list[WaitingPlan]] = {}
    for plan in plans:
        equal.setdefault(_whole(plan), []).append(plan)
    alike: dict[object, list[list[WaitingPlan]]] = {}
    for members in equal.values():
        alike.setdefault(_nameless(members[0]), []).append(members)
    return tuple(sorted(map(_group, alike.values()), key=lambda group: -len(group.plans)))


def _group(parts: Sequence[Sequence[WaitingPlan]]) -> PlanGroup:
    return PlanGroup(tuple(plan for part in parts for plan in part), exact=len(parts) == 1)


def _whole(plan: WaitingPlan) -> object:
    return (*_place(plan), plan.summary) if plan.summary.whole else (plan.run, plan.unit)


def _nameless(plan: WaitingPlan) -> object:
    return (*_place(plan), plan.summary.nameless) if plan.summary.nameless else (plan.run, plan.unit)


def _place(plan: WaitingPlan) -> tuple[object, ...]:
    return plan.run, plan.operation, plan.unit.level, plan.unit.stack
