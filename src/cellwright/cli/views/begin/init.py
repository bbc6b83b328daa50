"""What `init` wrote, and what to do next."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, count, stacked

_NEXT = (
    ("cellwright check", "look for errors in the settings"),
    ("cellwright demo", "see such a fleet at work on an emulated AWS"),
    ("cellwright bootstrap --dry-run", "the steps from an empty account to a client"),
)


def init(folder: Path, written: Sequence[Path]) -> Group:
    """How many files were written, and which commands to try."""
    steps = [(Text(f"cd {folder}", style=palette.ACCENT), Text(""))]
    steps += [
        (Text(command, style=palette.ACCENT), Text(purpose, style=palette.FAINT))
        for command, purpose in _NEXT
    ]
    total = f" {count(len(written), 'file')} written to "
    return stacked(
        [Text.assemble(("✓", palette.GOOD), total, (str(folder), palette.STRONG))],
        [Text("Next:"), Columns(steps, indent=2)],
    )
