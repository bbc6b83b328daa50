"""What somebody sees before they are asked whether plans may be applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Flowing, count, named, stacked
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.change import plans as plans_view
from cellwright.cli.views.excerpt import Finding
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import PlanSummary


def question(
    plans: Mapping[UnitAddress, PlanSummary],
    warnings: Callable[[UnitAddress], Sequence[Diagnostic]],
    following: Sequence[UnitAddress],
    *,
    full: bool = False,
) -> Group:
    """The plans, what is to be minded about them, and which units are asked about afterwards."""
    shown = stacked(
        [plans_view.plans(plans, full=full)],
        list(_warnings(plans, warnings)),
        [plans_view.total(plans), *_following(following)],
    )
    return Group(shown, BLANK)


def _warnings(
    plans: Mapping[UnitAddress, PlanSummary], warnings: Callable[[UnitAddress], Sequence[Diagnostic]]
) -> Iterator[RenderableType]:
    seen: dict[Diagnostic, list[UnitAddress]] = {}
    for unit in plans:
        for item in warnings(unit):
            seen.setdefault(item, []).append(unit)
    for item, units in seen.items():
        line = Text.assemble(diagnostics_view.line(item), (f"  ({named(units)})", palette.FAINT))
        yield Finding(line, item)


def _following(units: Sequence[UnitAddress]) -> Iterator[RenderableType]:
    if units:
        more = count(len(units), "more unit")
        verb = "follows" if len(units) == 1 else "follow"
        yield Flowing(Text(f"{more} {verb}, asked about when these are done: {named(units)}"), indent=2)
