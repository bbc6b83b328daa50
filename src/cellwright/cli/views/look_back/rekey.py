"""What `ledger rekey` did."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.rekey import Rekeyed
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count


def rekey(found: Rekeyed) -> Group:
    """How many units were renewed, which of them have to be applied, and what to do with the key."""
    return Group(*_lines(found))


def _lines(found: Rekeyed) -> Iterator[RenderableType]:
    renewed = f" Renewed the digests of {count(found.units, 'unit')}."
    yield Flowing(Text.assemble(("✓", palette.GOOD), renewed), indent=2)
    if found.lost:
        units = count(len(found.lost), "unit")
        verb = "counts" if len(found.lost) == 1 else "count"
        yield Flowing(
            Text(
                f"{units} {verb} as changed: sensitive values can't be compared until an apply records them "
                "again.",
                style=palette.CAUTION,
            )
        )
    yield Flowing(Text(f"Back up {found.origin}, and take it to every machine that the fleet is run from."))
