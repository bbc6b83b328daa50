"""The schemas of layers and cells, made from the contracts of their level's stacks."""

from collections.abc import Mapping
from typing import Any

from cellwright.app.fleet.schema.fleet_schema import DRAFT
from cellwright.app.fleet.schema.settings import cell_keys
from cellwright.fleet.fleet import Level
from cellwright.model.binary import PRODUCTS
from cellwright.model.text.json_text import read_json
from cellwright.model.text.url_credentials import shown_address
from cellwright.stacks.contract import Contract, Variable
from cellwright.stacks.types.constraint import (
    AnyType,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)

Schema = dict[str, Any]

_REFERENCE: Schema = {"$ref": "#/definitions/reference"}
_UNSET: Schema = {"$ref": "#/definitions/unset"}
_DEFINITIONS: Schema = {
    "reference": {
        "description": "${cell.KEY}, ${output.STACK.NAME}, ${secret.SOURCE.NAME} and so on.",
        "type": "string",
        "pattern": "\\$\\{",
    },
    "unset": {"description": "!unset, or null", "enum": [None, ""]},
}
_PRIMITIVES: Mapping[Primitive, Schema] = {
    # Terraform converts them where the text is exact.
    Primitive.STRING: {"type": ["string", "number", "boolean"]},
    Primitive.NUMBER: {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9.eE+-]+$"}]},
    Primitive.BOOL: {"enum": [True, False, "true", "false"]},
}
_TEXT: Schema = {"anyOf": [{"type": "string"}, _UNSET]}
_CHOICE: Schema = {"anyOf": [{"type": "boolean"}, _REFERENCE, _UNSET]}
_ENVIRONMENT: Schema = {
    "type": ["object", "null"],
    "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
    "additionalProperties": _TEXT,
}
_TERRAFORM: Schema = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "binary": _TEXT,
        "product": {"anyOf": [{"enum": list(PRODUCTS)}, _REFERENCE, _UNSET]},
        "version": _TEXT,
    },
}
_OTHERS = ("addresses", "capacity", "imports", "exceptions", "tags", "lifecycle")
"""Keys with a meaning whose values `check` judges: they are often written by commands."""


def settings_schema(
    title: str,
    takers: list[Level],
    levels: tuple[Level, ...],
    contracts: Mapping[str, Mapping[str, Contract]],
) -> Schema:
    """Give the schema of a document that cells of `takers` take; contracts by level and stack.

    A stack whose contract could not be read takes any input.
    """
    placed = [level for level in levels if level.placement is not None]
    section = _section(takers, contracts)
    inner = {level.name: {**_section([level], contracts), "additionalProperties": True} for level in placed}
    keys: Schema = {
        level.placement: {
            **_words("PLACEMENT"),
            "type": ["string", "object", "null"],
        }
        for level in takers
        if level.placement is not None
    }
    return {
        "$schema": DRAFT,
        "title": title,
        "type": "object",
        "properties": {
            **keys,
            **section["properties"],
            **{key: _words(key) for key in _OTHERS},
            "levels": {
                **_words("levels"),
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": inner,
            },
        },
        "additionalProperties": True,
        "definitions": _DEFINITIONS,
    }


def _words(path: str) -> Schema:
    return {"description": cell_keys().words[path]}


def _section(takers: list[Level], contracts: Mapping[str, Mapping[str, Contract]]) -> Schema:
    stacks = {
        name: _stack(shown_address(stack.source), contracts.get(level.name, {}).get(name))
        for level in takers
        for name, stack in level.stacks.items()
    }
    return {
        "type": ["object", "null"],
        "properties": {
            "stacks": {
                **_words("stacks"),
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": stacks,
            },
            "environment": {**_words("environment"), **_ENVIRONMENT},
            "terraform": {
                **_words("terraform"),
                **_TERRAFORM,
                "properties": {
                    key: {**_words(f"terraform.{key}"), **value}
                    for key, value in _TERRAFORM["properties"].items()
                },
            },
        },
    }


def _stack(source: str, contract: Contract | None) -> Schema:
    variables = contract.variables if contract is not None else {}
    own: Schema = {
        "enabled": {**_words("stacks.NAME.enabled"), **_CHOICE},
        "version": {**_words("stacks.NAME.version"), **_TEXT},
    }
    return {
        "description": f"The stack at {source}.",
        "type": ["object", "null"],
        "additionalProperties": contract is None,
        "properties": {**own, **{name: _variable(item) for name, item in variables.items()}},
    }


def _variable(item: Variable) -> Schema:
    needs = "Required." if item.required else f"Default: {item.default}." if item.default else ""
    if item.sensitive:
        needs = "Sensitive." if not item.required else "Required, sensitive."
    text = " ".join(part for part in (item.description, f"Type: {item.type}.", needs) if part)
    typed = _typed(item.type) if not item.choices else {"enum": list(item.choices)}
    found: Schema = {"description": text, "anyOf": [typed, _REFERENCE, _UNSET]}
    if item.default and not item.sensitive:
        found["default"] = read_json(item.default)
    if item.deprecated is not None:
        found |= {"deprecated": True, "deprecationMessage": item.deprecated or "It is deprecated."}
    return found


def _value(constraint: TypeConstraint) -> Schema:
    return {"anyOf": [_typed(constraint), _REFERENCE, _UNSET]}


def _typed(constraint: TypeConstraint) -> Schema:
    match constraint:
        case Primitive():
            return dict(_PRIMITIVES[constraint])
        case ListOf(element) | SetOf(element):
            return {"type": "array", "items": _value(element)}
        case MapOf(element):
            return {"type": "object", "additionalProperties": _value(element)}
        case TupleOf(elements):
            return {"type": "array", "items": [_value(element) for element in elements]}
        case ObjectOf(attributes):
            # Which attributes are missing is known once all layers are merged.
            return {
                "type": "object",
                "properties": {name: _value(item.type) for name, item in attributes.items()},
            }
        case AnyType():
            return {}
