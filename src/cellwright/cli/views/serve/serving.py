"""Where the console is reached, and the way in for the first administrator."""

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import stacked
from cellwright.console.serving import Serving


def serving(found: Serving) -> Group:
    """The console's address; the one-time link, where there is no administrator yet."""
    lines = [Text.assemble("The console runs at ", (found.address, palette.STRONG), "; Ctrl-C stops it.")]
    first = "Nobody is an administrator yet. Whoever follows this link first becomes one:"
    again = "Whoever follows this link sets the password of the person that you named:"
    return stacked(lines, _link(first, found.first_admin), _link(again, found.password_link))


def _link(told: str, link: str | None) -> list[Text]:
    if link is None:
        return []
    return [
        Text(told),
        Text(f"  {link}", style=palette.ACCENT, no_wrap=True, overflow="ignore"),
    ]
