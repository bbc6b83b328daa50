"""What it means that a cell is placed elsewhere."""

from rich.console import Group
from rich.text import Text

from cellwright.app.moves.relocate import Relocation
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count, named


def relocation(found: Relocation) -> Group:
    """Where it was, where it is to be, and the way there."""
    have = f"{count(len(found.units), 'unit')} with {count(found.resources, 'resource')}"
    return Group(
        Text(f"{found.cell}: '{found.before}' becomes '{found.now}'", style=palette.STRONG),
        Flowing(
            Text.assemble(
                ("•", palette.CAUTION),
                f" Terraform can't bring resources to another account or region. In '{found.before}' stand "
                f"{have}: {named(found.units)}.",
            ),
            2,
        ),
        Flowing(
            Text(
                f"  The way: onboard a new client in '{found.now}', bring over its data, then offboard "
                f"{found.cell}."
            ),
            2,
        ),
        Flowing(
            Text(
                f"  If it is allowed here, the next apply makes everything anew in '{found.now}'. What is in "
                f"'{found.before}' stays there and costs money, and no state knows it any more."
            ),
            2,
        ),
    )


def allowed(found: Relocation) -> Group:
    """What was recorded, and what comes next."""
    return Group(
        Flowing(
            Text.assemble(
                ("✓", palette.GOOD), f" {found.cell} may be applied in '{found.now}'; that is on record."
            )
        ),
        Text(f"Nothing was applied yet. Next: cellwright plan {found.cell}"),
    )
