"""What a JSON Schema says of one value, in words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}
_ANY = ("JsonValue",)
"""Definitions that say nothing more than that any value is taken."""


def named(schema: Schema) -> str | None:
    """Name the definition that a schema refers to."""
    reference = schema.get("$ref")
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) else None


def kind(schema: Schema, *, linked: bool = False) -> str:
    """Say which values a schema takes; `linked`: definitions are named, with links to their headings."""
    name = named(schema)
    if name and name not in _ANY:
        return f"[{name}](#{name.lower()})" if linked else "mapping"
    if choices := schema.get("enum"):
        return " or ".join(f"`{choice}`" for choice in choices)
    if "const" in schema:
        return f"`{schema['const']}`"
    parts = list(_alternatives(schema))
    if parts:
        return " or ".join(dict.fromkeys(kind(part, linked=linked) for part in parts))
    return _simple(schema, linked=linked)


def _simple(schema: Schema, *, linked: bool) -> str:
    of = schema.get("type")
    if of == "array":
        return f"list of {kind(schema.get('items', {}), linked=linked)}"
    if of == "object":
        values = schema.get("additionalProperties")
        return (
            f"mapping to {kind(values, linked=linked)}" if isinstance(values, dict) and values else "mapping"
        )
    return _WORDS.get(str(of), "any value")


def _alternatives(schema: Schema) -> Iterator[Schema]:
    for key in ("anyOf", "oneOf"):
        yield from schema.get(key, ())


def bounds(schema: Schema) -> str:
    """Say between which numbers a value has to be."""
    least = schema.get("minimum", schema.get("ge"))
    above = schema.get("exclusiveMinimum", schema.get("gt"))
    most = schema.get("maximum", schema.get("le"))
    for part in _alternatives(schema):
        if found := bounds(part):
            return found
    lowest = least if least is not None else above + 1 if above is not None else None
    if lowest is not None and most is not None:
        return f"{lowest} to {most}"
    if most is not None:
        return f"at most {most}"
    return f"at least {lowest}" if lowest is not None else ""


def default(schema: Schema) -> str:
    """Write a default as it would be written in the file; empty if there is none worth a word."""
    if "default" not in schema:
        return "(required)"
    value = schema["default"]
    return "" if value in (None, [], {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"
