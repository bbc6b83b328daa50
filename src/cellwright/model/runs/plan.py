"""What Terraform says that a change will do."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cellwright.model.value import Json


@dataclass(frozen=True, slots=True)
class ResourceCounts:
    """How many resources a plan or an apply touches; a replacement counts once, under `replace`."""

    add: int = 0
    change: int = 0
    destroy: int = 0
    replace: int = 0
    forget: int = 0
    """Leave Terraform's care; their real objects stay."""

    def __add__(self, other: "ResourceCounts") -> "ResourceCounts":
        return ResourceCounts(
            self.add + other.add,
            self.change + other.change,
            self.destroy + other.destroy,
            self.replace + other.replace,
            self.forget + other.forget,
        )

    @property
    def total(self) -> int:
        """All resources touched."""
        return self.add + self.change + self.destroy + self.replace + self.forget


class Action(Enum):
    """What happens to one resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    READ = "read"
    FORGET = "forget"
    """Leaves Terraform's care; the real object stays."""
    FORGET_CREATE = "forget-create"
    """The real object stays, and a new one takes its place in Terraform's care."""
    IMPORT = "import"
    """Comes into Terraform's care unchanged."""
    MOVE = "move"
    """Gets another address; the real object stays unchanged."""


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute's change as text; a sensitive value is already masked, an unknown one says so."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource in a plan."""

    address: str
    action: Action
    attributes: tuple[AttributeChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A saved Terraform plan, read: enough to show it and to decide on it."""

    counts: ResourceCounts
    resources: tuple[ResourceChange, ...]
    outputs: tuple[str, ...]
    """Names of outputs that change."""
    applyable: bool
    """False if applying it would do nothing (Terraform's JSON plan format, `applyable`)."""
    taken_from: str = ""
    """Where source and inputs of a destroy come from, for people."""
    cut: int = 0
    """How many attributes are too long to be kept whole (`model.limits.PLAN_VALUE`, `PLAN_VALUES`)."""
    whole: str = ""
    """A keyed digest of all that the plan does, also of what is not shown; comparable in one run."""
    nameless: str = field(default="", compare=False)
    """As `whole`, without the cell's own name: equal for cells that differ in their names alone."""
    shape: str = field(default="", compare=False)
    """As `whole`, without anything that is the cell's own; only of plans that are part of a rollout."""


def summary_to_json(plan: PlanSummary) -> Json:
    """Write a summary as JSON."""
    return {
        "counts": counts_to_json(plan.counts),
        "resources": [
            [item.address, item.action.value, [[one.path, one.before, one.after] for one in item.attributes]]
            for item in plan.resources
        ],
        "outputs": list(plan.outputs),
        "applyable": plan.applyable,
        "taken_from": plan.taken_from,
        **({"cut": plan.cut} if plan.cut else {}),
        **({"whole": plan.whole} if plan.whole else {}),
        **({"nameless": plan.nameless} if plan.nameless else {}),
        **({"shape": plan.shape} if plan.shape else {}),
    }


def summary_from_json(text: Any) -> PlanSummary:  # noqa: ANN401  what `summary_to_json` wrote, read back
    """Read what `summary_to_json` wrote."""
    return PlanSummary(
        counts_from_json(text["counts"]),
        tuple(
            ResourceChange(address, Action(action), tuple(AttributeChange(*one) for one in attributes))
            for address, action, attributes in text["resources"]
        ),
        tuple(text["outputs"]),
        text["applyable"],
        text.get("taken_from", ""),
        cut=text.get("cut", 0),
        whole=text.get("whole", ""),
        nameless=text.get("nameless", ""),
        shape=text.get("shape", ""),
    )


def counts_to_json(counts: ResourceCounts) -> Json:
    """Write counts as JSON."""
    return {
        "add": counts.add,
        "change": counts.change,
        "destroy": counts.destroy,
        "replace": counts.replace,
        "forget": counts.forget,
    }


def counts_from_json(text: Any) -> ResourceCounts:  # noqa: ANN401  what `counts_to_json` wrote, read back
    """Read what `counts_to_json` wrote."""
    return ResourceCounts(**text)
