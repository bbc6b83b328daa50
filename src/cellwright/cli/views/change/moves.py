"""Resources that go from one unit's state to another's: what would be done, and what was done."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.moves.resources import UnitMove
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Flowing, count, stacked
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.change import plans as plans_view


def planned(found: Sequence[UnitMove]) -> Group:
    """The resources of each unit, and what Terraform says afterwards."""
    return stacked(*(_planned(item) for item in found))


def moved(found: Sequence[UnitMove]) -> Group:
    """What was done, and what comes next."""
    lines: list[RenderableType] = [
        Flowing(
            Text.assemble(
                ("✓", palette.GOOD),
                f" {item.source} -> {item.target}: {count(len(item.resources), 'resource')} moved",
            )
        )
        for item in found
    ]
    units = " ".join(str(unit) for item in found[:1] for unit in (item.source, item.target))
    return Group(*lines, Text(f"Next: cellwright apply {units}"))


def _planned(found: UnitMove) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(f"{found.source} -> {found.target}", style=palette.STRONG)]
    lines += [Text(f"  {name}") for name in found.resources]
    changing = {unit: plan for unit, plan in found.plans.items() if plan.applyable or plan.resources}
    if changing:
        lines += [Text("What the next apply would do"), plans_view.plans(changing)]
    else:
        lines.append(Text("  The next apply would change nothing."))
    if found.faults or found.warnings:
        lines += [BLANK, diagnostics_view.diagnostics((*found.faults, *found.warnings), "")]
    return lines
