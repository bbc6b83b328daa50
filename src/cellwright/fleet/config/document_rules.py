"""Checks the reserved keys of cells' documents and layers: `stacks`, `environment`, `terraform`, `levels`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import Level
from cellwright.fleet.lifecycle import ACTIVE, LIFECYCLE, SUSPENDED
from cellwright.fleet.yaml.node import MergeTag, Node, get_node, kind_name
from cellwright.model.binary import KEYS, PRODUCTS
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice, nearest
from cellwright.model.text.system_text import path_fault
from cellwright.model.text.version_text import constraint_fault

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SIMILAR = 0.8
"""How similar a key must be to one with a meaning to be taken for a slip of it (difflib's ratio)."""


def _is_mapping(node: Node) -> bool:
    return node.entries is not None


def _is_list(node: Node) -> bool:
    return isinstance(node.value, Sequence) and not isinstance(node.value, str)


def _is_life(node: Node) -> bool:
    return node.value in (SUSPENDED, ACTIVE)


_KNOWN: Mapping[str, Callable[[Node], bool]] = {
    **dict.fromkeys(RESERVED, _is_mapping),
    "exceptions": _is_list,
    LIFECYCLE: _is_life,
}
"""The keys with a meaning, each with what its value looks like. Any other key is the cell's own, and may
have a name that is near if its value is of another kind."""


def document_faults(root: Node, levels: Sequence[Level]) -> Iterator[Diagnostic]:
    """Find values of wrong types in a document, whatever cell takes it."""
    if root.entries is None:
        yield error(
            f"the document must be a mapping, not {kind_name(root.value)}",
            "write keys and values",
            root.position,
        )
        return
    yield from _section_faults(root)
    yield from _rule_faults(root, levels)
    for key, section in _mapping(root, "levels"):
        if key not in (names := [level.name for level in levels if level.placement is not None]):
            yield error(f"no level '{key}' is placed in cells", advice(key, names), _key(root, "levels", key))
        elif fault := _not_mapping(section, f"the section of level '{key}'"):
            yield fault
        else:
            yield from _section_faults(section)
            if inner := get_node(section, "levels"):
                yield error("sections of levels can't nest", "move it to the top", inner.position)
    if fault := _not_mapping(get_node(root, "levels"), "'levels'"):
        yield fault


def _rule_faults(root: Node, levels: Sequence[Level]) -> Iterator[Diagnostic]:
    """Find rules of placement at keys that place nothing."""
    for key, node in (root.entries or {}).items():
        if node.merge_tag is MergeTag.PLACE:
            keys = [level.placement for level in levels if level.placement is not None]
            if key not in keys:
                detail = advice(key, keys) or "no level of fleet.yaml has a `placement`"
                yield error(f"!place can't stand at '{key}', which places no cell", detail, node.position)


def unknown_stacks(root: Node, takers: Iterable[Level], levels: Sequence[Level]) -> Iterator[Diagnostic]:
    """Find settings for stacks that none of `takers` has, the levels whose cells take this document."""
    known = {stack for level in takers for stack in level.stacks}
    yield from _unknown(get_node(root, "stacks"), known)
    for level in levels:
        yield from _unknown(get_node(root, "levels", level.name, "stacks"), set(level.stacks))


def _unknown(stacks: Node | None, known: set[str]) -> Iterator[Diagnostic]:
    for name in (stacks.entries if stacks else None) or {}:
        if name not in known and stacks is not None:
            yield error(f"unknown stack '{name}'", advice(name, known), stacks.key_position(name))


def _section_faults(section: Node) -> Iterator[Diagnostic]:
    """Check the keys that are allowed at the top of a document and in a `levels` section."""
    if fault := _not_mapping(get_node(section, "stacks"), "'stacks'"):
        yield fault
    for name, stack in _mapping(section, "stacks"):
        if fault := _not_mapping(stack, f"the settings of stack '{name}'"):
            yield fault
        yield from _stack_faults(stack)
    if fault := _not_mapping(get_node(section, "environment"), "'environment'"):
        yield fault
    for name, value in _mapping(section, "environment"):
        yield from _variable_faults(section, name, value)
    if fault := _not_mapping(get_node(section, "terraform"), "'terraform'"):
        yield fault
    for name, value in _mapping(section, "terraform"):
        yield from _binary_faults(section, name, value)
    yield from _misspelled_keys(section)


def _stack_faults(stack: Node) -> Iterator[Diagnostic]:
    enabled, version = get_node(stack, "enabled"), get_node(stack, "version")
    if enabled is not None and not isinstance(enabled.value, bool) and _is_literal(enabled):
        yield error(
            f"'enabled' must be true or false, not {kind_name(enabled.value)}",
            "write true or false",
            enabled.position,
        )
    if (
        version is not None
        and not (isinstance(version.value, str) and version.value)
        and _is_literal(version)
    ):
        detail = (
            "quote it"
            if isinstance(version.value, int | Decimal)
            else "write !unset to take the level's version"
        )
        yield error(f"'version' must be a string, not {kind_name(version.value)}", detail, version.position)
    if version is not None and isinstance(version.value, str) and (fault := path_fault(version.value)):
        yield error("'version' can't be used", fault, version.position)


def _variable_faults(section: Node, name: str, value: Node) -> Iterator[Diagnostic]:
    if not _VARIABLE.match(name):
        place = _key(section, "environment", name)
        yield error(f"'{name}' can't name an environment variable", "use letters, digits and '_'", place)
    if not isinstance(value.value, str) and _is_literal(value):
        detail = "quote it" if isinstance(value.value, int | Decimal) else "write a text, or !unset"
        yield error(
            f"environment variable '{name}' must be a string, not {kind_name(value.value)}",
            detail,
            value.position,
        )


def _binary_faults(section: Node, name: str, value: Node) -> Iterator[Diagnostic]:
    if name not in KEYS:
        detail = advice(name, KEYS) + "; every other key is the fleet's, in fleet.yaml"
        yield error(f"'{name}' can't be set for a cell", detail, _key(section, "terraform", name))
    elif not _is_literal(value):
        return
    elif not (isinstance(value.value, str) and value.value):
        detail = "quote it" if isinstance(value.value, int | Decimal) else "write a text, or !unset"
        yield error(
            f"'terraform.{name}' must be a string, not {kind_name(value.value)}", detail, value.position
        )
    elif name == "product" and value.value not in PRODUCTS:
        yield error(
            f"'terraform.product' can't be '{value.value}'", "write terraform or tofu", value.position
        )
    elif name == "version" and (fault := constraint_fault(value.value)):
        yield error(f"'terraform.version' can't be '{value.value}'", fault, value.position)
    elif fault := path_fault(value.value):
        yield error(f"'terraform.{name}' can't be used", fault, value.position)


def _misspelled_keys(section: Node) -> Iterator[Diagnostic]:
    for key, node in (section.entries or {}).items():
        if key in _KNOWN:
            continue
        meant = [name for name, fits in _KNOWN.items() if fits(node)]
        if near := nearest(key, meant, _SIMILAR):
            yield error(f"unknown key '{key}'", f"did you mean '{near}'?", section.key_position(key))


def _is_literal(node: Node) -> bool:
    """Tell whether a value is literal: no reference, not `!unset`."""
    return node.plain and node.merge_tag is not MergeTag.UNSET


def _mapping(section: Node, key: str) -> Iterable[tuple[str, Node]]:
    node = get_node(section, key)
    return ((node.entries if node is not None else None) or {}).items()


def _not_mapping(node: Node | None, label: str) -> Diagnostic | None:
    if node is None or node.entries is not None or node.merge_tag is MergeTag.UNSET:
        return None
    return error(
        f"{label} must be a mapping, not {kind_name(node.value)}",
        "write keys and values, or {}",
        node.position,
    )


def _key(root: Node, parent: str, key: str) -> Position:
    node = get_node(root, parent)
    return (node or root).key_position(key)
