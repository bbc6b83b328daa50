"""The demo's steps."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from rich.console import Group
from rich.text import Text

from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import BLANK, Columns, stacked

_NEXT = (
    ("cellwright explain client/acme/app", "where every setting comes from"),
    ("cellwright graph", "who depends on whom"),
    ("cellwright runs", "what was run, and its logs"),
)
_NEXT_RUNNING = (
    ("cellwright onboard hooli --set account=trial", "one more client"),
    ("cellwright offboard globex", "one less"),
)


def step(number: int, title: str, command: str) -> Group:
    """A step's heading, with what a person would type for it."""
    return Group(
        BLANK,
        Text.assemble((f"{number}. {title}", palette.STRONG)),
        Text.assemble(("   $ ", palette.FAINT), (command, palette.FRESH)),
    )


def place(fleet: Path, environment: Mapping[str, str], *, running: bool) -> Group:
    """Where everything is, and what to try there."""
    exports = [
        Text(f"  export {name}={shlex.quote(value)}", no_wrap=True, overflow="ignore")
        for name, value in sorted(environment.items())
    ]
    state = "runs until you press Ctrl-C here" if running else "has stopped (`demo --keep` keeps it)"
    tries = [*_NEXT, *_NEXT_RUNNING] if running else [*_NEXT]
    steps = [(Text(command, style=palette.FRESH), Text(what)) for command, what in tries]
    return stacked(
        [BLANK, Text.assemble("The fleet lies in ", (str(fleet), palette.STRONG))],
        [Text(f"The emulated AWS {state}.")],
        [
            Text("In another shell:" if running else "Go there:"),
            Text(f"  cd {shlex.quote(str(fleet))}", style=palette.FRESH),
            *exports,
        ],
        [Text("Try next:"), Columns(steps, indent=2)],
    )
