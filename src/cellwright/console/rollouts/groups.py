"""Plans of a rollout that wait, by what they do, ready to be shown and answered for."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.overview.runs.plan_groups import PlanGroup, WaitingPlan
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.console.runs.group_shown import GroupShown, group_shown
from cellwright.model.address import UnitAddress

MOST = 20
"""Groups that a page shows; the others follow once these are answered for."""
MEMBERS = 50
"""Units of a group that are named."""


@dataclass(frozen=True, slots=True)
class RolloutGroup:
    """A group."""

    name: str
    """What an answer names."""
    shown: GroupShown
    plans: int
    members: tuple[tuple[UnitAddress, str], ...]
    """Its first units, each with its run."""

    @property
    def first(self) -> tuple[UnitAddress, str]:
        """The unit whose plan is shown for all, with its run."""
        return self.members[0]


def groups_shown(groups: Sequence[ShapeGroup]) -> tuple[RolloutGroup, ...]:
    """Make the first groups ready to be shown."""
    return tuple(map(_shown, groups[:MOST]))


def _shown(group: ShapeGroup) -> RolloutGroup:
    summary = group.summary
    plans = tuple(
        WaitingPlan(
            run=item.run,
            unit=item.unit,
            operation=item.operation,
            plan_digest=item.plan_digest,
            asked_at=item.asked_at,
            # They do the same: reading each of ten thousand would tell nothing more.
            summary=summary,
        )
        for item in group.questions
    )
    members = tuple((item.unit, item.run) for item in plans[:MEMBERS])
    return RolloutGroup(group.name, group_shown(PlanGroup(plans, exact=False)), len(plans), members)
