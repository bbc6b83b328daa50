"""What Terraform says that a change will do."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cellwright.model.runs.plan_options import USUAL, PlanOptions, options_from_json, options_to_json
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
    imports: int = 0
    """Come into Terraform's care; one that is changed too counts there as well."""
    moves: int = 0
    """Get another address; one that is changed too counts there as well."""
    refresh: int = 0
    """What the state says of them is brought in step with the real objects."""

    def __add__(self, other: "ResourceCounts") -> "ResourceCounts":
        return ResourceCounts(
            self.add + other.add,
            self.change + other.change,
            self.destroy + other.destroy,
            self.replace + other.replace,
            self.forget + other.forget,
            self.imports + other.imports,
            self.moves + other.moves,
            self.refresh + other.refresh,
        )

    @property
    def total(self) -> int:
        """All resources touched, as far as something becomes of them besides another address or record."""
        return self.add + self.change + self.destroy + self.replace + self.forget

    @property
    def told(self) -> bool:
        """Tell whether anything is to be said."""
        return self != ResourceCounts()


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
    REFRESH = "refresh"
    """The state takes over what the real object is; nothing real is changed."""
    DROP = "drop"
    """The real object is gone, and the state drops it."""


UNKNOWN = "(known after apply)"
"""The text of a value that is not known before the apply."""


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute's change as text; a sensitive value is already masked, an unknown one says so."""

    path: str
    before: str
    after: str
    forces: bool = False
    """It can't be changed in place: the resource is replaced because of it."""


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource in a plan."""

    address: str
    action: Action
    attributes: tuple[AttributeChange, ...] = ()
    note: str = ""
    """Why, or what besides: `tainted`, `moved from aws_vpc.old`."""


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
    options: PlanOptions = USUAL
    """How it was made."""


def summary_to_json(plan: PlanSummary) -> Json:
    """Write a summary as JSON."""
    return {
        "counts": counts_to_json(plan.counts),
        "resources": [
            [
                item.address,
                item.action.value,
                [
                    [one.path, one.before, one.after, *([True] if one.forces else [])]
                    for one in item.attributes
                ],
                *([item.note] if item.note else []),
            ]
            for item in plan.resources
        ],
        "outputs": list(plan.outputs),
        "applyable": plan.applyable,
        "taken_from": plan.taken_from,
        **({"cut": plan.cut} if plan.cut else {}),
        **({"whole": plan.whole} if plan.whole else {}),
        **({"nameless": plan.nameless} if plan.nameless else {}),
        **({"shape": plan.shape} if plan.shape else {}),
        **({"options": options_to_json(plan.options)} if plan.options else {}),
    }


def summary_from_json(text: Any) -> PlanSummary:  # noqa: ANN401  what `summary_to_json` wrote, read back
    """Read what `summary_to_json` wrote."""
    return PlanSummary(
        counts_from_json(text["counts"]),
        tuple(
            ResourceChange(address, Action(action), tuple(AttributeChange(*one) for one in attributes), *note)
            for address, action, attributes, *note in text["resources"]
        ),
        tuple(text["outputs"]),
        text["applyable"],
        text.get("taken_from", ""),
        cut=text.get("cut", 0),
        whole=text.get("whole", ""),
        nameless=text.get("nameless", ""),
        shape=text.get("shape", ""),
        options=options_from_json(text.get("options")),
    )


def counts_to_json(counts: ResourceCounts) -> dict[str, Json]:
    """Write counts as JSON."""
    return {
        "add": counts.add,
        "change": counts.change,
        "destroy": counts.destroy,
        "replace": counts.replace,
        "forget": counts.forget,
        **{name: amount for name, amount in _besides(counts) if amount},
    }


def _besides(counts: ResourceCounts) -> tuple[tuple[str, int], ...]:
    """What is left out where there is none of it."""
    return ("imports", counts.imports), ("moves", counts.moves), ("refresh", counts.refresh)


def counts_from_json(text: Any) -> ResourceCounts:  # noqa: ANN401  what `counts_to_json` wrote, read back
    """Read what `counts_to_json` wrote."""
    return ResourceCounts(**text)
