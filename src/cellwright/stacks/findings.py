"""Findings about a stack that can be read: what would go wrong, or unnoticed, once it runs."""

from collections.abc import Iterator, Sequence

from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.stacks.moving import moving_reference
from cellwright.stacks.reading.module import TerraformModule


def stack_findings(modules: Sequence[TerraformModule]) -> Iterator[Diagnostic]:
    """Find them in a stack's modules, the root module first; not in calls whose source is computed."""
    if modules[0].state_store is not None:
        advice = "remove the block: the fleet's `state` says where states lie, and no provider may"
        yield error("the stack keeps its state in a provider's store", advice, modules[0].state_store)
    for module in modules:
        for call in module.calls:
            if call.source is not None and call.source.startswith("/"):
                advice = "write a path that begins with ./ or ../, so that the module belongs to the stack"
                summary = f"changes of the module '{call.name}' are not seen: its source is an absolute path"
                yield warning(summary, advice, call.position)
            moving = moving_reference(call)
            if moving is not None:
                yield moving
