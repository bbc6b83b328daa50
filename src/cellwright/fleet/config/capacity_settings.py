"""Reads and checks `capacity:` of fleet.yaml, and what stacks say that they use."""

import re
from collections.abc import Iterator, Mapping

from cellwright.fleet.capacity import CapacitySettings, ResourceSettings, ResourceUse, unknown_resource
from cellwright.fleet.config.capacity_schema import UseSection
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.yaml.node import Node, find_node, get_node
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.quotas import CLIENTS, QUOTAS
from cellwright.model.text.suggestion import nearest

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


def read_capacity(root: Node, section: FleetSection) -> tuple[CapacitySettings, tuple[Diagnostic, ...]]:
    """Read `capacity:` as far as it is valid, with all findings about it and about what stacks use."""
    given = section.capacity
    resources = {
        name: ResourceSettings(
            limit=item.limit,
            label=item.label or "",
            position=_resources(root).key_position(name),
        )
        for name, item in given.resources.items()
    }
    settings = CapacitySettings(
        declared=get_node(root, "capacity") is not None,
        strategy=given.strategy,
        few=given.few,
        account_key=given.account_key,
        resources=resources,
    )
    return settings, (*_name_faults(settings), *_use_faults(root, section, settings))


def uses_of(root: Node, level: int, stack: str, given: Mapping[str, UseSection]) -> tuple[ResourceUse, ...]:
    """Give what a stack uses, as it is declared."""
    node = find_node(root, ("levels", level, "stacks", stack, "uses"))
    return tuple(
        ResourceUse(
            resource=name,
            count=item.count,
            when=item.when,
            each=item.each,
            position=node.key_position(name),
        )
        for name, item in sorted(given.items())
    )


def _resources(root: Node) -> Node:
    return find_node(root, ("capacity", "resources"))


def _name_faults(settings: CapacitySettings) -> Iterator[Diagnostic]:
    for name, item in settings.resources.items():
        if not _NAME.match(name):
            detail = "use small letters, digits and '_', as in gpu_slots"
            yield error(f"'{name}' can't name a resource", detail, item.position)
        elif name not in QUOTAS and name != CLIENTS and (near := nearest(name, QUOTAS, 0.85)):
            detail = f"did you mean '{near}'? a resource of your own needs a name that is less like it"
            yield error(f"'{name}' is nearly the name of a resource of AWS", detail, item.position)


def _use_faults(root: Node, section: FleetSection, settings: CapacitySettings) -> Iterator[Diagnostic]:
    for index, level in enumerate(section.levels):
        for stack, declared in level.stacks.items():
            node = get_node(root, "levels", index, "stacks", stack, "uses")
            for name in declared.uses if node is not None else ():
                place = node.key_position(name) if node is not None else None
                if name == CLIENTS:
                    detail = "every cell that is placed counts as one by itself: remove it"
                    yield error(f"a stack can't use '{CLIENTS}'", detail, place)
                elif name not in settings.known:
                    yield error(*unknown_resource(name, settings), place)
