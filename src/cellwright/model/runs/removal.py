"""A resource that an apply takes out of a state, as the plan says it was: all that is left of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One resource. Nothing in it is sensitive."""

    address: str
    """In its unit: `module.data.aws_kms_key.main`."""
    deposed: str = ""
    """The key of an object that a failed replacement had left; empty for the resource's present object."""
    action: Action
    """DELETE and REPLACE destroy the object; FORGET and FORGET_CREATE leave it where it is."""
    type: str
    provider: str
    identifier: str = ""
    """As the provider names it (`id`)."""
    arn: str = ""
    region: str = ""
    keys: tuple[str, ...] = ()
    """The keys that it is encrypted with, as it names them."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    """Of its attributes those that decide what is left of it: `deletion_window_in_days`, by path."""


@dataclass(frozen=True, slots=True)
class Removing:
    """What the plan of a unit, which is about to be applied, takes out of its state."""

    plan_digest: str
    """What an approval of the plan is for."""
    resources: Sequence[Removal]


class RemovalEnd(Enum):
    """How the apply ended that was to take a resource out of a state."""

    APPLIED = "applied"
    FAILED = "failed"
    """Some of its resources may be gone; the next plan of the unit tells which are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRecord:
    """A resource that one attempt at a unit took out of its state, or was about to."""

    unit: UnitAddress
    run: str
    attempt: int
    resource: Removal
    plan_digest: str
    begun_at: str
    ended_at: str | None
    ended: RemovalEnd | None
    text: str = ""
    """The resource as it lies in the ledger, which the apply's event vouches for."""


def removal_to_json(item: Removal) -> dict[str, Json]:
    """Write a removal as JSON."""
    return {
        "address": item.address,
        "deposed": item.deposed,
        "action": item.action.value,
        "type": item.type,
        "provider": item.provider,
        "id": item.identifier,
        "arn": item.arn,
        "region": item.region,
        "keys": list(item.keys),
        "settings": dict(item.settings),
    }


def removal_from_json(found: Any) -> Removal:  # noqa: ANN401  what `removal_to_json` wrote, read back
    """Read what `removal_to_json` wrote."""
    return Removal(
        address=found["address"],
        deposed=found["deposed"],
        action=Action(found["action"]),
        type=found["type"],
        provider=found["provider"],
        identifier=found["id"],
        arn=found["arn"],
        region=found["region"],
        keys=tuple(found["keys"]),
        settings=found["settings"],
    )
