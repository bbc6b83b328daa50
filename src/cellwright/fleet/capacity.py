"""Capacity as values: what stacks use of the resources that places have, and rules that choose a place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from cellwright.model.position import Position
from cellwright.model.quotas import CLIENTS, QUOTAS
from cellwright.model.text.suggestion import nearest

Resources: TypeAlias = tuple[tuple[str, int], ...]
"""Pairs of a resource and how much of it is used, sorted, each more than nothing; similar cells share one."""

Strategy: TypeAlias = Literal["fill", "spread"]
"""How a rule chooses among places with room: the first one in the order of names, or the emptiest one."""


def added(parts: Iterable[Resources]) -> Resources:
    """Add up what several use."""
    total: dict[str, int] = {}
    for part in parts:
        for resource, amount in part:
            total[resource] = total.get(resource, 0) + amount
    return tuple(sorted(total.items()))


DEFAULT_FEW = 3
"""With room for fewer more cells than this, a place is nearly full."""

DEFAULT_ACCOUNT_KEY = "account_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """What a stack uses of one resource (`uses:` of a stack in fleet.yaml)."""

    resource: str
    count: int
    when: str | None = None
    """An input: without a value, or with `false`, nothing is used."""
    each: str | None = None
    """An input: the count is for each of its elements, or so many times if it is a number."""
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSettings:
    """What fleet.yaml says of a resource for all places (`capacity: resources:`)."""

    limit: int | None
    """None: no limit is known."""
    label: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitySettings:
    """How places are filled (`capacity:` in fleet.yaml)."""

    declared: bool = False
    """Whether there is such a section."""
    strategy: Strategy = "fill"
    few: int = DEFAULT_FEW
    account_key: str = DEFAULT_ACCOUNT_KEY
    """The key of a place's settings that names its AWS account: some quotas count over all its regions."""
    resources: Mapping[str, ResourceSettings] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def known(self) -> frozenset[str]:
        """Give the names of all resources."""
        return frozenset((CLIENTS, *QUOTAS, *self.resources))

    def label(self, resource: str) -> str:
        """Say what a resource is, in the plural."""
        own = self.resources.get(resource)
        if own is not None and own.label:
            return own.label
        return QUOTAS[resource].label if resource in QUOTAS else resource.replace("_", " ")


def unknown_resource(name: str, settings: CapacitySettings) -> tuple[str, str]:
    """Say that there is no such resource, and what to do."""
    near = nearest(name, settings.known)
    own = f"declare it in fleet.yaml: `capacity: {{resources: {{{name}: 10}}}}`"
    detail = f"did you mean '{near}'? if it is one of your own, {own}" if near else own
    return f"unknown resource '{name}'", detail


@dataclass(frozen=True, slots=True)
class PlacementRule:
    """A rule that chooses where a cell is placed: `account: !place {tier: gold}`."""

    labels: tuple[tuple[str, tuple[str, ...]], ...]
    """Keys of the places' settings, each with the values of which a place must have one."""
    position: Position

    def __str__(self) -> str:
        shown = (f"{key}: {_values(values)}" for key, values in self.labels)
        return f"!place {{{', '.join(shown)}}}"


def _values(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"
