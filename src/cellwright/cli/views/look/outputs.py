"""The outputs of a unit."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.by_hand.outputs import ShownOutputs
from cellwright.cli.screen import palette
from cellwright.cli.views.value import assignment
from cellwright.model.value import Json

_MASKED = "(sensitive)"


def outputs(found: ShownOutputs) -> Group:
    """Each output as one would write it in HCL."""
    if not found.outputs:
        return Group(Text.assemble((str(found.unit), palette.STRONG), " has no outputs"))
    return Group(*_outputs(found))


def _outputs(found: ShownOutputs) -> Iterator[RenderableType]:
    width = max(map(len, found.outputs))
    for name, item in found.outputs.items():
        yield from assignment(Text(f"{name.ljust(width)} = "), _MASKED if item.masked else item.value)


def value(found: Json) -> Group:
    """One value."""
    return Group(*assignment(Text(""), found))


def outdated(found: ShownOutputs) -> str:
    """Say that the outputs may not be those of now."""
    since = f" on {found.applied_at[:10]}" if found.applied_at else ""
    return (
        f"{found.unit} was last applied in full{since}. Since then an apply of it did not end well, or "
        "something was done by hand: its outputs may have changed"
    )
