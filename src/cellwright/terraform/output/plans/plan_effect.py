"""What a plan is bound to change in the state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.terraform.output.plans.gained import real_drift

_KEEPING = frozenset(("no-op", "read", "update"))
"""Actions after which a provider may give the attributes that it gave before."""
_BUILT_IN = "terraform.io/builtin/"


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """How the state after an apply differs from the one before it."""

    differs: bool = False
    """It can't be the same."""
    updates: bool = False
    """It should not be the same: resources are updated, and nothing had changed behind Terraform's back."""


NO_EFFECT = PlanEffect()


def effect_of(parts: Mapping[str, Any]) -> PlanEffect:
    """Read from a plan's JSON what applying it does to the state.

    Where a real resource is not as the state says, an apply may bring it back to what the state had said all
    along: then nothing need be written. A provider may also report an update that leaves no trace.
    """
    if next(real_drift(parts.get("resource_drift") or ()), None) is not None:
        return NO_EFFECT
    changes = tuple(parts.get("resource_changes") or ())
    return PlanEffect(
        any(_must_differ(item) for item in changes) or _outputs_differ(parts.get("output_changes") or {}),
        any("update" in item["change"]["actions"] for item in changes),
    )


def _must_differ(item: Mapping[str, Any]) -> bool:
    actions: Iterable[str] = item["change"]["actions"]
    # A resource of Terraform's own keeps exactly what it is given.
    own = str(item.get("provider_name") or "").startswith(_BUILT_IN)
    return item.get("mode") == "managed" and (
        not _KEEPING.issuperset(actions) or (own and "update" in actions)
    )


def _outputs_differ(changes: Mapping[str, Any]) -> bool:
    """Tell whether an output changes to a value that is known already."""
    return any(
        set(change["actions"]) != {"no-op"}
        and not change.get("after_unknown")
        and change.get("before") != change.get("after")
        for change in changes.values()
    )
