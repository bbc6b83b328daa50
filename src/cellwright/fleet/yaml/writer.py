"""Writes values as YAML."""

import json
import re
from collections.abc import Mapping, Sequence

from cellwright.fleet.yaml.scalars import plain_scalar
from cellwright.model.text.json_text import JsonStyle
from cellwright.model.value import Json

_BARE = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_./@+-]*|[0-9]+\.[0-9]+\.[0-9][0-9./]*)\Z")
"""Strings that need no quotes: words, addresses and versions."""

_SCALAR = JsonStyle(allow_nan=False)

_ELSEWHERE = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Strings here, but booleans in YAML 1.1."""


def flow_style(value: Json) -> str:
    """Write a value on one line, in flow style."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {flow_style(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(flow_style, value)) + "]"
    return _SCALAR.write(value)


def block_style(settings: Mapping[str, Json], indent: str = "") -> str:
    """Write a mapping in block style; lists and what is in them are written in flow style."""
    lines: list[str] = []
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            lines.append(f"{indent}{_text(key)}:\n{block_style(value, indent + '  ')}")
        else:
            lines.append(f"{indent}{_text(key)}: {flow_style(value)}\n")
    return "".join(lines)


def _text(value: str) -> str:
    if _BARE.match(value) and plain_scalar(value) == value and value.lower() not in _ELSEWHERE:
        return value
    # A JSON string is a YAML string in double quotes, except for characters that YAML calls unprintable or
    # line breaks, and except for those beyond 16 bits, which JSON escapes as surrogate pairs.
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
