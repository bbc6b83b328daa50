"""Plans as Terraform lists them; units with equal plans share one listing.

Every text of a plan is one line here, line breaks escaped: none can pass for a line of the listing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import Hanging, count, named, stacked
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import (
    UNKNOWN,
    Action,
    AttributeChange,
    PlanSummary,
    ResourceChange,
    ResourceCounts,
)
from cellwright.model.runs.shown_change import shown_change
from cellwright.model.text.difference import differing
from cellwright.model.text.visible import visible

_LONGEST_VALUE = 160
"""Characters of a value that are shown whole; of a longer one all that differs."""
_WIDEST_PATH = 40
"""Characters of the column of paths; a longer path moves its own values only."""
_NOTHING = "unset"
_PLAIN = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})
"""Actions whose symbol needs no explanation."""


def plans(found: Mapping[UnitAddress, PlanSummary], *, full: bool = False) -> Group:
    """What each plan will do; with `full` nothing is folded."""
    alike: dict[PlanSummary, list[UnitAddress]] = {}
    for address, plan in found.items():
        if plan.applyable or plan.resources:
            alike.setdefault(plan, []).append(address)
    return stacked(*(list(_plan(addresses, plan, full=full)) for plan, addresses in alike.items()))


def total(found: Mapping[UnitAddress, PlanSummary]) -> Text:
    """Return `Plan: 2 to add, 1 to change in 3 units`."""
    changing = [plan for plan in found.values() if plan.applyable or plan.resources]
    counts = sum((plan.counts for plan in changing), ResourceCounts())
    return Text.assemble(
        ("Plan: ", palette.STRONG), f"{run_palette.changes(counts)} in {count(len(changing), 'unit')}"
    )


def _plan(addresses: Sequence[UnitAddress], plan: PlanSummary, *, full: bool) -> Iterator[RenderableType]:
    yield Text.assemble((named(addresses), palette.STRONG), "  ", run_palette.tally(plan.counts))
    if plan.taken_from:
        yield Hanging(Text("      "), _faint(plan.taken_from))
    if plan.options:
        yield Hanging(Text("      "), _faint(f"made with {plan.options.flags}"))
    for change in plan.resources:
        yield from _resource(change, full=full)
    if plan.cut:
        yield Hanging(Text("      "), _faint(f"{count(plan.cut, 'value')} too long to be shown whole"))
    if plan.outputs:
        yield Hanging(Text("      outputs: ", style=palette.FAINT), Text(visible(", ".join(plan.outputs))))


def _resource(change: ResourceChange, *, full: bool) -> Iterator[RenderableType]:
    mark = run_palette.ACTION[change.action]
    word = "" if change.action in _PLAIN else mark.word
    said = ": ".join(part for part in (word, visible(change.note)) if part)
    aside = f"  ({said})" if said else ""
    yield Hanging(
        Text.assemble(" ", (mark.symbol.rjust(3), mark.style), "  "),
        Text.assemble(visible(change.address), (aside, mark.style)),
    )
    shown = shown_change(change, full=full)
    known = [replace(item, path=visible(item.path)) for item in shown.listed]
    width = min(max((len(item.path) for item in known), default=0), _WIDEST_PATH)
    for item in known:
        yield Hanging(Text(f"        {item.path.ljust(width)}  "), _values(item, change.action))
    if shown.same_tags:
        yield Hanging(Text("        "), _faint("tags_all: as tags"))
    if shown.later:
        lead = Text(f"        {UNKNOWN[1:-1]}: ", style=palette.FAINT)
        yield Hanging(lead, _faint(shown.named(full=full)))


def _faint(text: str) -> Text:
    return Text(visible(text), style=palette.FAINT)


def _values(item: AttributeChange, action: Action) -> Text:
    kept = max(len(item.before), len(item.after))
    shown = differing(item.before, item.after, _LONGEST_VALUE, kept)
    before, after = map(visible, shown)
    if action is Action.CREATE:
        return Text(after)
    if action is Action.DELETE:
        return Text(before)
    forces = ("  forces replacement", palette.BAD) if item.forces else ""
    return Text.assemble((before or _NOTHING, palette.FAINT), " -> ", after or _NOTHING, forces)
