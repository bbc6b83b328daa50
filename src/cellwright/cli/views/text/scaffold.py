"""A new fleet repository for people."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group
from rich.text import Text

from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import Columns, count, stacked

_NEXT = (
    ("cellwright check", "look for faults"),
    ("cellwright status", "see what there is to do"),
    ("cellwright apply 'base/**'", "bring up the lowest level"),
)


def scaffolded(folder: Path, written: Sequence[Path]) -> Group:
    """What was written, and what to try."""
    steps = [(Text(f"cd {folder}", style=palette.FRESH), Text(""))]
    steps += [
        (Text(command, style=palette.FRESH), Text(what, style=palette.FAINT)) for command, what in _NEXT
    ]
    return stacked(
        [
            Text.assemble(
                ("✓", palette.GOOD),
                f" {count(len(written), 'file')} written to ",
                (str(folder), palette.STRONG),
            )
        ],
        [Text("Next:"), Columns(steps, indent=2)],
    )
