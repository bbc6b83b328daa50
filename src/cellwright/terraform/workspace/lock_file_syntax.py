"""Reads the text of a dependency lock file, which is HCL."""

from collections.abc import Iterator
from typing import TypeAlias

from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Attribute, Block, Literal, TupleExpression

LockedEntry: TypeAlias = tuple[str, str, frozenset[str]]
"""A provider's address, its version, and the checksums of its packages."""


def locked_providers(text: str) -> Iterator[LockedEntry]:
    """Yield the entries in the order written; none if the text is not HCL."""
    try:
        body = parse_native(text)
    except SyntaxFault:
        return
    entries = (_entry(block) for block in body.blocks_of("provider"))
    yield from (entry for entry in entries if entry is not None)


def _entry(block: Block) -> LockedEntry | None:
    version = _text(block.body.attributes.get("version"))
    if len(block.labels) != 1 or version is None:
        return None
    return block.labels[0], version, _texts(block.body.attributes.get("hashes"))


def _text(attribute: Attribute | None) -> str | None:
    if attribute is None or not isinstance(attribute.value, Literal):
        return None
    return attribute.value.value if isinstance(attribute.value.value, str) else None


def _texts(attribute: Attribute | None) -> frozenset[str]:
    if attribute is None or not isinstance(attribute.value, TupleExpression):
        return frozenset()
    literals = (item.value for item in attribute.value.items if isinstance(item, Literal))
    return frozenset(value for value in literals if isinstance(value, str))
