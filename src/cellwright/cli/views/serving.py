"""Where the console is reached, and the way in for the first administrator."""

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import stacked
from cellwright.console.serving import Serving


def serving(found: Serving) -> Group:
    """The console's address; the one-time link, where there is no administrator yet."""
    lines = [Text.assemble("The console runs at ", (found.address, palette.STRONG), "; Ctrl-C stops it.")]
    return stacked(lines, _way_in(found.first_admin))


def _way_in(link: str | None) -> list[Text]:
    if link is None:
        return []
    return [
        Text("Nobody is an administrator yet. Whoever follows this link first becomes one:"),
        Text(f"  {link}", style=palette.ACCENT, no_wrap=True, overflow="ignore"),
    ]
