"""Where the ledger was moved to."""

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count
from cellwright.ledger.moving import Moved


def moved(found: Moved) -> Group:
    """How much was moved, and what became of the former ledger."""
    done = "its move was ended" if found.ended else f"{count(found.rows, 'row')} moved to"
    head = Text.assemble(("✓", palette.GOOD), f" {done} ", (found.target, palette.STRONG))
    trail = f"  the trail of {count(found.events, 'event')} holds there; fleet.yaml names it from now on"
    kept = f"  {found.source} is kept, and can't be changed any more"
    return Group(Flowing(head, 2), Flowing(Text(trail), 2), Flowing(Text(kept, style=palette.FAINT), 2))
