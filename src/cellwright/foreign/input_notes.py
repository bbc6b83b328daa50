"""What is told of inputs that are written: they may be otherwise elsewhere."""

from collections.abc import Iterator
from pathlib import Path

from cellwright.foreign.tree import ForeignValue, assumptions_in, leaves
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.position import Position

_ADVICE = "look at the plan, and write it otherwise if it differs"


def of_input(
    name: str, value: ForeignValue, unit: str, position: Position, folder: Path | None
) -> Iterator[Diagnostic]:
    """Yield what was taken for granted in an input, and that it names a path of this machine."""
    for assumed in assumptions_in(value):
        yield warning(f"'{name}' of {unit}: {assumed}", _ADVICE, position)
    if folder is None:
        return
    above = next((item for item in (folder, *folder.parents) if (item / ".git").exists()), folder)
    if any(isinstance(item, str) and str(above) in item for item in leaves(value)):
        yield warning(f"'{name}' of {unit} names a path of this machine: {above}", _ADVICE, position)
