"""Reads the rule that is to place a cell: `account: !place {tier: gold}`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cellwright.fleet.capacity import PlacementRule
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.scalar_text import scalar_text

if TYPE_CHECKING:
    from collections.abc import Callable

    Finder = Callable[[Sequence[str]], Node | None]
    """Finds a key of the cell: in its own files first, then in its layers."""


def read_rule(node: Node, find: "Finder") -> PlacementRule | Diagnostic:
    """Give the rule in this node, or what is wrong with it."""
    try:
        labels = tuple(
            (key, tuple(_values(key, value, find))) for key, value in sorted((node.entries or {}).items())
        )
    except DiagnosticError as fault:
        return fault.diagnostics[0]
    return PlacementRule(labels, node.position)


def undecided(rule: PlacementRule, level: str, cell: str) -> Diagnostic:
    """Say that a rule has not placed its cell yet, and what lets it."""
    return error(
        f"the cell is not placed yet: its rule {rule} has not been decided",
        f"cellwright place {level}/{cell} writes the place that it chooses into the cell's file",
        rule.position,
    )


def _values(key: str, node: Node, find: "Finder") -> Iterator[str]:
    items = node.content if isinstance(node.content, list) else [node]
    if not items:
        raise DiagnosticError(error(f"'{key}' of a rule lists no value", "list one", node.position))
    for item in items:
        yield _text(key, item, find)


def _text(key: str, node: Node, find: "Finder") -> str:
    wanted: Node | None = node
    if isinstance(node.content, tuple):
        wanted = _referred(node, find)
    text = scalar_text(wanted.value) if wanted is not None and wanted.plain else None
    if not text:
        raise DiagnosticError(
            error(
                f"'{key}' of a rule must be a plain text, or a list of them",
                'write it like !place {tier: gold}, or with a key of the cell: !place {tier: "${cell.tier}"}',
                node.position,
            )
        )
    return text


def _referred(node: Node, find: "Finder") -> Node | None:
    """Find the key of the cell that a value refers to; what else a value may hold is not known so early."""
    parts = node.content
    reference = parts[0] if isinstance(parts, tuple) and len(parts) == 1 else None
    if not isinstance(reference, Reference) or reference.head != "cell":
        return None
    return find(reference.path)
