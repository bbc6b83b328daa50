"""A group of plans that do the same, ready to be shown and answered for."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cellwright.app.overview.runs.plan_groups import PlanGroup, WaitingPlan
from cellwright.console.runs.plan_difference import PlanDifference, plan_difference
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.run import Operation

_MOST = 50_000
"""Characters of long values that are shown whole of one plan among others; the unit's page shows all."""


def _every(_cell: CellAddress) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group."""

    id: str
    group: PlanGroup
    title: str
    difference: PlanDifference
    """What the first of its plans does."""
    answerable: tuple[WaitingPlan, ...]
    """The plans for which whoever looks may answer."""
    destroys: bool

    @property
    def units(self) -> tuple[UnitAddress, ...]:
        """The units of all its plans."""
        return tuple(plan.unit for plan in self.group.plans)

    @property
    def seen(self) -> str:
        """What an answer names: each unit with the digest of the plan that is shown, one a line."""
        return "\n".join(f"{plan.unit} {plan.plan_digest}" for plan in self.answerable)


def group_shown(group: PlanGroup, answerable: Callable[[CellAddress], bool] = _every) -> GroupShown:
    """Make a group ready to be shown."""
    return GroupShown(
        id=f"plans-{hashlib.blake2b(group.key.encode(), digest_size=8).hexdigest()}",
        group=group,
        title=title_of(group),
        difference=plan_difference(group.first.summary, _MOST),
        answerable=tuple(plan for plan in group.plans if answerable(plan.unit.of_cell)),
        destroys=group.first.operation is Operation.DESTROY,
    )


def title_of(group: PlanGroup) -> str:
    """Say what the plans do, and of how many units they are."""
    what = _changes(group)
    if len(group.plans) == 1:
        return f"{group.first.unit}: {what}"
    unit = group.first.unit
    same = f"{len(group.plans):,} {unit.level} cells, {unit.stack}: the same {what.removeprefix('1 ')}"
    return same if group.exact else f"{same}, each with its own name"


def summary_of(groups: tuple[PlanGroup, ...]) -> str:
    """Say of all plans of a run how many do the same: `42 plans do the same; 2 differ`."""
    largest, *others = [len(group.plans) for group in groups]
    rest = sum(others)
    if not rest:
        return "1 plan" if largest == 1 else f"{largest:,} plans that do the same"
    if largest == 1:
        return f"{largest + rest:,} plans, each of its own"
    return f"{largest:,} plans do the same; {rest:,} {'differs' if rest == 1 else 'differ'}"


def _changes(group: PlanGroup) -> str:
    summary = group.first.summary
    amount = summary.counts.total or len(summary.resources)
    if amount:
        return f"{amount:,} {'change' if amount == 1 else 'changes'}"
    outputs = len(summary.outputs)
    return (
        f"change of {outputs:,} {'output' if outputs == 1 else 'outputs'}" if outputs else "change of state"
    )
