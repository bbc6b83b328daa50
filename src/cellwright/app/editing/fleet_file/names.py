"""Which settings of fleet.yaml name what another part of it declares: levels, stacks, checks, secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.fleet.yaml.node import Node, Step, find_node, get_node
from cellwright.model.position import Position

_LEVELS = frozenset({"addresses.pools.NAME.level", "console.oidc.groups.NAME[].levels"})
_CHECKS = frozenset({"rollouts.NAME.waves[].before[].check", "rollouts.NAME.waves[].after[].check"})
_NEEDS = "levels[].stacks.NAME.needs"


@dataclass(frozen=True, slots=True)
class Declared:
    """A name that fleet.yaml declares, and where."""

    name: str
    what: str
    position: Position


def declared_for(root: Node | None, path: str, level: int | None = None) -> Mapping[str, Declared]:
    """Give what a setting may name; `level` is the place of the level that it stands in, if that is known."""
    if root is None:
        return {}
    if path in _LEVELS:
        return levels(root)
    if path in _CHECKS:
        return entries(root, "a check", "checks")
    if path == _NEEDS:
        places = [level] if level is not None else range(len(find_node(root, ("levels",)).children))
        found: dict[str, Declared] = {}
        for place in places:
            found |= entries(root, "a stack", "levels", place, "stacks")
        return found
    return {}


def named_here(root: Node | None, path: str) -> Mapping[str, str]:
    """Give the names that a setting may have as its value, with a word on each."""
    return {name: item.what for name, item in declared_for(root, path).items()}


def levels(root: Node) -> Mapping[str, Declared]:
    """Give the levels by their names."""
    found: dict[str, Declared] = {}
    for element in find_node(root, ("levels",)).children:
        name = get_node(element, "name")
        if name is not None and isinstance(name.value, str):
            found[name.value] = Declared(name.value, "a level", name.position)
    return found


def entries(root: Node, what: str, *path: Step) -> Mapping[str, Declared]:
    """Give the keys of a mapping, with the place of each."""
    node = get_node(root, *path)
    if node is None:
        return {}
    return {key: Declared(key, what, node.key_position(key)) for key in node.entries or {}}
