"""Finds the keys in TF_ENCRYPTION, so that they can be masked by themselves, not only the whole text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cellwright.model.names import means_secret
from cellwright.model.value import Json
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Body, Literal

_KEYS = frozenset(("passphrase", "key", "credentials"))
"""Arguments of OpenTofu's key providers that hold a key, besides those whose names say so."""


def encryption_keys(configuration: str) -> list[Json]:
    """Give every text that stands there as a key; none if it is neither HCL nor JSON."""
    try:
        if configuration.lstrip().startswith("{"):
            return list(_in_json(json.loads(configuration)))
        return list(_in_body(parse_native(configuration)))
    except (SyntaxFault, ValueError, RecursionError):
        return []


def _in_json(value: Any) -> Iterable[Json]:  # noqa: ANN401  JSON of any shape
    if isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(item, str) and _is_key(name):
                yield item
            yield from _in_json(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _in_json(item)


def _in_body(body: Body) -> Iterable[Json]:
    for name, attribute in body.attributes.items():
        if _is_key(name) and isinstance(attribute.value, Literal):
            yield attribute.value.value
    for block in body.blocks:
        yield from _in_body(block.body)


def _is_key(name: str) -> bool:
    return name in _KEYS or means_secret(name)
