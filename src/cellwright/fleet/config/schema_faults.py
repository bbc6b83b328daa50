"""Validates fleet.yaml with pydantic; its errors become findings with positions and advice."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cellwright.fleet.config.schema import (
    RELAY_TYPE,
    AddressesSection,
    AnchorSection,
    AuditSection,
    BinarySection,
    FleetSection,
    LevelSection,
    PoliciesSection,
    PoolSection,
    RelaySection,
    ReleasesSection,
    SecretSection,
    StackSection,
    StateSection,
    TerraformSection,
    WebhooksSection,
)
from cellwright.fleet.yaml.node import Node, Step, find_node, kind_name
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Value

_WANTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    RELAY_TYPE: "true, false or a mapping",
}
_KEY = "[key]"
_USER = re.compile(r"//[^/]*@")
_SECTIONS: Mapping[str, type[BaseModel]] = {
    "terraform": TerraformSection,
    "state": StateSection,
    "addresses": AddressesSection,
    "policies": PoliciesSection,
    "audit": AuditSection,
    "webhooks": WebhooksSection,
}
_THIRD: Mapping[str, type[BaseModel]] = {"levels": BinarySection, "audit": AnchorSection}
_STACK_DEPTH = 4
_POOL_DEPTH = 3
_LEVEL_DEPTH = 2


def validate(root: Node) -> tuple[FleetSection | None, tuple[Diagnostic, ...]]:
    """Check fleet.yaml against its schema.

    Keys with faults outside `levels` are left out. With a fault in `levels` the cells are not known, so the
    section is None.
    """
    try:
        return FleetSection.model_validate(root.value), ()
    except ValidationError as failure:
        details = failure.errors(include_url=False, include_input=False)
    findings = tuple(_finding(root, detail) for detail in details)
    paths = [detail["loc"] for detail in details]
    if any(path[:1] in ((), ("levels",)) for path in paths):
        return None, findings
    try:
        return FleetSection.model_validate(_without(root.value, paths)), findings
    except ValidationError:
        return None, findings


def _finding(root: Node, detail: ErrorDetails) -> Diagnostic:
    path = tuple(step for step in detail["loc"] if step != _KEY)
    parent = find_node(root, path[:-1])
    if detail["type"] == "missing":
        return error(f"'{path[-1]}' is missing", _missing_advice(path), parent.position)
    if detail["type"] == "extra_forbidden":
        known = advice(str(path[-1]), _known_keys(path[:-1]))
        return error(f"unknown key '{path[-1]}'", known, parent.key_position(str(path[-1])))
    if _KEY in detail["loc"]:
        return error(f"'{path[-1]}' can't be a name", _reason(detail), parent.key_position(str(path[-1])))
    node = find_node(root, path)
    if detail["type"] == "too_long":
        most = f"list at most {detail['ctx']['max_length']}"
        return error(f"{_label(path)} is too long", most, node.position)
    wanted = _WANTED.get(detail["type"])
    label = _label(path)
    if wanted is not None:
        return error(
            f"{label} must be {wanted}, not {kind_name(node.value)}", _quote(wanted, node), node.position
        )
    return error(f"{label} can't be {_shown(node.value)}", _reason(detail), node.position)


def _label(path: Sequence[Step]) -> str:
    """Name a place of fleet.yaml for people."""
    if not path:
        return "fleet.yaml"
    last = path[-1]
    return f"element {last + 1} of '{path[-2]}'" if isinstance(last, int) else f"'{last}'"


def _quote(wanted: str, node: Node) -> str:
    if wanted == "a string" and isinstance(node.value, int | Decimal):
        return "quote it"
    return f"write {wanted}"


def _reason(detail: ErrorDetails) -> str:
    if detail["type"] == "too_short":
        return "list at least one"
    if detail["type"] == "string_too_short":
        return "write a text, or remove the key"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]


def _shown(value: Value) -> str:
    if isinstance(value, list | dict):
        return (
            f"an empty {'list' if isinstance(value, list) else 'mapping'}" if not value else kind_name(value)
        )
    # An address may hold a password, which nobody else should read.
    return f"'{_USER.sub('//...@', value) if isinstance(value, str) else value}'"


def _missing_advice(path: Sequence[Step]) -> str:
    examples = {
        "fleet": "name the fleet, as in `fleet: medloop`",
        "levels": "list the fleet's levels, each with its name, cells and stacks",
        "name": "give the level its name",
        "cells": "name the folder of the level's cells, as in `cells: clients`",
        "cidr": "set aside a block, as in `cidr: 10.64.0.0/10`",
        "type": "say of which type the source is, as in `type: vault`",
        "source": "say where the stack lies: a folder, or git::URL//folder?ref=TAG",
    }
    return examples.get(str(path[-1]), "")


def _known_keys(path: Sequence[Step]) -> Iterable[str]:
    """Give the keys that the mapping at `path` may have."""
    model: type[BaseModel] = FleetSection
    if path[:1] == ("secrets",):
        model = SecretSection
    elif len(path) == _STACK_DEPTH:
        model = StackSection
    elif len(path) == _POOL_DEPTH:
        model = _THIRD.get(str(path[0]), PoolSection)
    elif path[:2] == ("terraform", "relay"):
        model = RelaySection
    elif len(path) == _LEVEL_DEPTH:
        model = LevelSection if path[0] == "levels" else ReleasesSection
    elif path:
        model = _SECTIONS.get(str(path[0]), FleetSection)
    return [field.alias or name for name, field in model.model_fields.items()]


def _without(value: Value, paths: Iterable[Sequence[Step]]) -> Value:
    """Remove what is at `paths` (of one or two steps each) from a mapping."""
    if not isinstance(value, Mapping):
        return value
    left = dict(value)
    for path in paths:
        section = left.get(str(path[0]))
        if len(path) == 1 or not isinstance(section, Mapping):
            left.pop(str(path[0]), None)
        else:
            left[str(path[0])] = {key: item for key, item in section.items() if key != path[1]}
    return left
