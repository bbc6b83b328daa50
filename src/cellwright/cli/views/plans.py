"""Plans as Terraform lists them; units with equal plans share one listing."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Hanging, count, named, shortened, stacked
from cellwright.model.address import UnitAddress
from cellwright.model.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.terraform.output.attributes import UNKNOWN

_LONGEST_VALUE = 160
_PLAIN = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})
"""Actions whose symbol needs no explanation."""


def plans(found: Mapping[UnitAddress, PlanSummary]) -> Group:
    """What each plan will do."""
    alike: dict[PlanSummary, list[UnitAddress]] = {}
    for address, plan in found.items():
        if plan.applyable or plan.resources:
            alike.setdefault(plan, []).append(address)
    return stacked(*(list(_plan(addresses, plan)) for plan, addresses in alike.items()))


def total(found: Mapping[UnitAddress, PlanSummary]) -> Text:
    """Return `Plan: 2 to add, 1 to change in 3 units`."""
    changing = [plan for plan in found.values() if plan.applyable or plan.resources]
    counts = sum((plan.counts for plan in changing), ResourceCounts())
    return Text.assemble(
        ("Plan: ", palette.STRONG), f"{palette.changes(counts)} in {count(len(changing), 'unit')}"
    )


def _plan(addresses: Sequence[UnitAddress], plan: PlanSummary) -> Iterator[RenderableType]:
    yield Text.assemble((named(addresses), palette.STRONG), "  ", palette.tally(plan.counts))
    if plan.taken_from:
        yield Hanging(Text("      "), _faint(plan.taken_from))
    for change in plan.resources:
        yield from _resource(change)
    if plan.outputs:
        yield Hanging(Text("      outputs: ", style=palette.FAINT), Text(", ".join(plan.outputs)))


def _resource(change: ResourceChange) -> Iterator[RenderableType]:
    mark = palette.ACTION[change.action]
    aside = "" if change.action in _PLAIN else f"  ({mark.word})"
    yield Hanging(
        Text.assemble(" ", (mark.symbol.rjust(3), mark.style), "  "),
        Text.assemble(change.address, (aside, mark.style)),
    )
    known = [item for item in change.attributes if not _is_unknown(item, change.action)]
    width = max((len(item.path) for item in known), default=0)
    for item in known:
        yield Hanging(Text(f"        {item.path.ljust(width)}  "), _values(item, change.action))
    later = [item.path for item in change.attributes if _is_unknown(item, change.action)]
    if later:
        yield Hanging(Text(f"        {UNKNOWN[1:-1]}: ", style=palette.FAINT), _faint(", ".join(later)))


def _is_unknown(item: AttributeChange, action: Action) -> bool:
    """Tell whether it is an attribute of a new resource that the provider will set."""
    return action is Action.CREATE and item.after == UNKNOWN


def _faint(text: str) -> Text:
    return Text(text, style=palette.FAINT)


def _values(item: AttributeChange, action: Action) -> Text:
    before, after = (shortened(value, _LONGEST_VALUE) for value in (item.before, item.after))
    if action is Action.CREATE:
        return Text(after)
    if action is Action.DELETE:
        return Text(before)
    return Text.assemble((before, palette.FAINT), " -> ", after)
