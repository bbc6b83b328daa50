"""Drift: what a plan finds of a unit whose settings have not changed since it was applied."""

import hashlib
from dataclasses import dataclass

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.model.runs.run import Operation

NO_COUNTS = ResourceCounts()
OUTPUT = "output."
"""Before the name of an output that differs, in place of a resource's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedResource:
    """A resource that is not as it was applied; no value of it is kept."""

    address: str
    action: str
    """What an apply does to bring it back: `update`, `create`, `replace`, ..., or what has happened to one
    that an apply leaves as it is."""
    paths: tuple[str, ...] = ()
    """The attributes that differ; none for one that is created or deleted as a whole."""
    repaired: bool = True
    """An apply changes it back; else only Terraform has noticed it."""
    digest: str = ""
    """Keyed: of what was found, with its values. Empty where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDrift:
    """All that a plan has found of one unit."""

    resources: tuple[DriftedResource, ...] = ()
    counts: ResourceCounts = NO_COUNTS
    digest: str = ""
    """Keyed: of all that an apply would do about it."""
    nameless: str = ""
    """As `digest`, without the cell's own name."""

    @property
    def is_drift(self) -> bool:
        """Tell whether an apply would change anything back."""
        return any(item.repaired for item in self.resources)


NO_DRIFT = FoundDrift()


def shape_digest(operation: Operation, unit: UnitAddress, nameless: str) -> str:
    """Digest what a plan does, without the cell's own names; empty if that is not known."""
    if not nameless:
        return ""
    parts = (operation.value, unit.level, unit.stack, nameless)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def drift_of_summary(plan: PlanSummary) -> FoundDrift:
    """Give what a plan would do as drift, as far as its summary says."""
    resources = [
        DriftedResource(
            address=item.address, action=item.action.value, paths=tuple(one.path for one in item.attributes)
        )
        for item in plan.resources
    ]
    outputs = [DriftedResource(address=f"{OUTPUT}{name}", action="update") for name in plan.outputs]
    return FoundDrift(
        resources=(*resources, *outputs), counts=plan.counts, digest=plan.whole, nameless=plan.nameless
    )
