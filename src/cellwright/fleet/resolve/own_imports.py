"""Imports: a cell has those that its own files write, and none from a layer: an id is one cell's."""

from collections.abc import Collection, Iterator, Sequence

from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import Node, kind_name
from cellwright.model.diagnostic import Diagnostic, error, warning

KEY = "imports"
"""The key of a cell's file."""
_ADVICE = "write `imports: {STACK: {ADDRESS: ID}}` (docs/moves.md)"


def import_faults(base: Setting | None, own: Sequence[Node], stacks: Collection[str]) -> Iterator[Diagnostic]:
    """Find imports in layers, and those of the cell's own files that can't be meant."""
    inherited = base.get(KEY) if base is not None else None
    for layer in inherited.layers() if inherited is not None else ():
        detail = "write them into the file of each cell whose objects they are"
        yield warning("imports in a layer count for no cell", detail, layer.node.position)
    for root in own:
        node = (root.entries or {}).get(KEY)
        if node is not None and node.value is not None:
            yield from _faults(node, stacks)


def _faults(node: Node, stacks: Collection[str]) -> Iterator[Diagnostic]:
    if node.entries is None:
        yield error(f"'{KEY}' must be a mapping, not {kind_name(node.value)}", _ADVICE, node.position)
        return
    for stack, found in node.entries.items():
        if stack not in stacks:
            known = ", ".join(sorted(stacks))
            yield error(f"unknown stack '{stack}'", f"its stacks: {known}", node.key_position(stack))
        elif found.entries is None:
            yield error(f"the imports of '{stack}' must be a mapping", _ADVICE, found.position)
        else:
            for address, text in found.entries.items():
                if not isinstance(text.value, str) or not text.plain or not text.value:
                    summary = f"the id of {address} must be a plain text"
                    yield error(
                        summary, "write it as the provider's documentation says, quoted", text.position
                    )
