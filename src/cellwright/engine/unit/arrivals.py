"""Resources that a run has moved between the states of two units: the plans of both say so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange, ResourceCounts


@dataclass(frozen=True, slots=True)
class MovedNow:
    """A resource that a run has moved from one unit's state to another's before it planned them."""

    address: str
    note: str
    """Where it went or came from: `to the state of db`."""


def is_part_of(address: str, name: str) -> bool:
    """Tell whether a resource is what a name means: itself, an instance, or what is in the module."""
    return address == name or address.startswith((f"{name}[", f"{name}."))


def with_moved(plan: PlanSummary, moved: Sequence[MovedNow]) -> PlanSummary:
    """Give a plan that also names what was moved before, so that whoever approves it has seen that."""
    if not moved:
        return plan
    changes = list(plan.resources)
    told: list[ResourceChange] = []
    for item in moved:
        places = [index for index, one in enumerate(changes) if is_part_of(one.address, item.address)]
        for index in places:
            note = "; ".join(filter(None, (changes[index].note, f"moved {item.note}")))
            changes[index] = replace(changes[index], note=note)
        if not places:
            told.append(ResourceChange(item.address, Action.MOVE, note=item.note))
    counts = plan.counts + ResourceCounts(moves=len(moved))
    return replace(plan, counts=counts, resources=(*told, *changes))
