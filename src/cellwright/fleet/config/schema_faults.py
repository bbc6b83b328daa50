"""Validates fleet.yaml with pydantic; its errors become findings with positions and advice."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.config.setting_types import RELAY_TYPE
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
_PARAMETER = re.compile(r"(password=)[^&\s]*", re.IGNORECASE)
_KEPT_WHOLE = ("approvals", "console", "rollouts", "checks", "drift", "offboarding", "ci", "builds")
"""Sections that are left out as a whole for a fault in them: without one key they would allow more."""


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
    if isinstance(value, str):
        value = _PARAMETER.sub(r"\1...", _USER.sub("//...@", value))
    return f"'{value}'"


def _missing_advice(path: Sequence[Step]) -> str:
    examples = {
        "fleet": "name the fleet, as in `fleet: medloop`",
        "levels": "list the fleet's levels, each with its name, cells and stacks",
        "name": "give it a name, as in `name: client`",
        "cells": "name the folder of the level's cells, as in `cells: clients`",
        "cidr": "set aside a block, as in `cidr: 10.64.0.0/10`",
        "type": "say of which type the source is, as in `type: vault`",
        "issuer": "name the provider, as in `issuer: https://login.example.com`",
        "subjects": "say whose builds may act, as in `subjects: ['repo:medloop/fleet:*']`",
        "client_id": "give the id under which the provider knows the console",
        "role": "say which role, as in `role: viewer`",
        "command": "write the program and its arguments, as in `command: [./export.sh]`",
        "waves": "list the waves, each with its name and cells",
        "from": "say when it begins, as in `from: 2026-12-20`",
        "to": "say when it ends, as in `to: 2027-01-02`",
        "cron": "say when it begins, as in `cron: 0 2 * * *`",
        "window": "say over how long it is spread, as in `window: 6h`",
        "units_per_hour": "say how many, as in `units_per_hour: 200`",
        "reason": "say why, as in `reason: year's end`",
        "source": "say where the stack lies: a folder, or git::URL//folder?ref=TAG",
    }
    return examples.get(str(path[-1]), "")


def _known_keys(path: Sequence[Step]) -> Iterable[str]:
    """Give the keys that the mapping at `path` may have."""
    found: Any = FleetSection
    for step in path:
        if _is_section(found):
            known = found.model_fields.items()
            found = next((item.annotation for name, item in known if (item.alias or name) == step), None)
        else:
            found = next(iter(get_args(found)[-1:]), None)  # what a list or a mapping holds
        found = _unwrapped(found)
    return [item.alias or name for name, item in found.model_fields.items()] if _is_section(found) else ()


def _unwrapped(annotation: Any) -> Any:  # noqa: ANN401  types as values have no narrower type
    """Give a type without what only annotates it, and without None."""
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) is UnionType:
        return _unwrapped(next(item for item in get_args(annotation) if item is not NoneType))
    return annotation


def _is_section(annotation: Any) -> bool:  # noqa: ANN401  as above
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _without(value: Value, paths: Iterable[Sequence[Step]]) -> Value:
    """Remove what is at `paths` from a mapping: a key, or a key of one of its sections."""
    if not isinstance(value, Mapping):
        return value
    left = dict(value)
    for path in paths:
        section = left.get(str(path[0]))
        if len(path) == 1 or path[0] in _KEPT_WHOLE or not isinstance(section, Mapping):
            left.pop(str(path[0]), None)
        else:
            left[str(path[0])] = {key: item for key, item in section.items() if key != path[1]}
    return left
