"""The schemas that were written, and how an editor is told of them."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import count, stacked
from cellwright.fleet.fleet import Level


def written(files: Sequence[Path], levels: Sequence[Level]) -> Group:
    """How many, and a line for the top of each kind of file."""
    folder = files[0].parent
    head = Text.assemble(("✓ ", palette.GOOD), f"{count(len(files), 'schema')} written to {folder}")
    lines = [Text("A file names its schema in its first line:")]
    last = levels[-1].name if levels else "LEVEL"
    for kind in ("fleet", f"layer-{last}", f"cell-{last}"):
        line = Text(f"  # yaml-language-server: $schema={folder}/{kind}.json", style=palette.ACCENT)
        line.no_wrap = True
        lines.append(line)
    return stacked([head], lines)
