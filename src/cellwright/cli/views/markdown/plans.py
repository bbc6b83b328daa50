"""`plan` as Markdown: equal plans once, with their units; what could not be planned, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cellwright.app.runs.report import RunReport
from cellwright.cli.screen import run_palette
from cellwright.cli.screen.layout import count, named
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.markdown.escaping import code, prose
from cellwright.cli.views.markdown.page import Folded, page, table
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.runs.plan import (
    UNKNOWN,
    Action,
    AttributeChange,
    PlanSummary,
    ResourceChange,
    ResourceCounts,
)
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.model.runs.shown_change import shown_change
from cellwright.model.text.difference import differing

_LONGEST_VALUE = 160
_MOST_OF_A_VALUE = 1_000
_WIDEST_PATH = 40
"""Characters of the column of paths; a longer path moves its own values only."""
_NOTHING = "unset"
_MOST_NAMED = 200
_MOST_WARNINGS = 20
_LONGEST_REASON = 500
_PLANNED = frozenset({Outcome.PLANNED, Outcome.UNCHANGED})
_SYMBOL: Mapping[Action, str] = {Action.UPDATE: "!"}
"""Where a listing of differences colours another sign than Terraform's."""
_PLAIN = frozenset({Action.CREATE, Action.DELETE})


def plan_page(report: RunReport) -> str:
    """What each plan will do, at most as long as a comment may be."""
    groups = _groups(report.plans)
    unplanned = [result for result in report.results if result.outcome not in _PLANNED]
    failures = _by_reason(unplanned)
    single = len(groups) == 1
    parts = [*_failed(failures), *(_plan(units, plan, is_open=single) for plan, units in groups.items())]
    first = next(iter(groups.values()), ()) or next(iter(failures.values()), ())
    rest = f"All of it: `cellwright plan{f' {first[0]}' if first else ''}`, `cellwright logs {report.run.id}`"
    return page(list(_head(report, groups, unplanned)), parts, rest)


def _groups(found: Mapping[UnitAddress, PlanSummary]) -> dict[PlanSummary, list[UnitAddress]]:
    alike: dict[PlanSummary, list[UnitAddress]] = {}
    for address, plan in found.items():
        if plan.applyable or plan.resources:
            alike.setdefault(plan, []).append(address)
    return alike


def _head(
    report: RunReport, groups: Mapping[PlanSummary, Sequence[UnitAddress]], unplanned: Sequence[UnitResult]
) -> Iterator[str]:
    changing = (plan.counts for plan in report.plans.values() if plan.applyable or plan.resources)
    counts = sum(changing, ResourceCounts())
    units = sum(map(len, groups.values()))
    said = f"{run_palette.changes(counts)} in {count(units, 'unit')}" if units else "nothing to do"
    if unplanned:
        said += f"; {count(len(unplanned), 'unit')} could not be planned"
    yield f"### Plan: {said}"
    yield ""
    rows = [
        f"| {_units(addresses)} | {run_palette.changes(plan.counts)} |" for plan, addresses in groups.items()
    ]
    rows += [
        f"| {code(str(item.address))} | **{item.outcome.value}** {_reason(item)} |" for item in unplanned
    ]
    if rows:
        yield from table("| units | plan |", rows, "more row")
        yield ""
    if warnings := list(_warnings(report)):
        for item, where in warnings[:_MOST_WARNINGS]:
            yield f"- {prose(_shortened(diagnostics_view.line(item).plain))} ({_units(where)})"
        if len(warnings) > _MOST_WARNINGS:
            yield f"- and {count(len(warnings) - _MOST_WARNINGS, 'more warning')}"
        yield ""
    if report.waiting:
        one = len(report.waiting) == 1
        how = f"`cellwright apply {report.waiting[0] if one else '--destroy'}`"
        yield f"{_units(report.waiting)} {'waits' if one else 'wait'} to be destroyed, with {how}."
        yield ""
    yield f"Run `{report.run.id}`. `!` is changed in place, `-/+` destroyed and made anew."


def _units(addresses: Sequence[UnitAddress]) -> str:
    return code(named(addresses))


def _reason(result: UnitResult) -> str:
    return prose(_shortened(result.diagnostics[0].summary)) if result.diagnostics else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."


def _warnings(report: RunReport) -> Iterable[tuple[Diagnostic, Sequence[UnitAddress]]]:
    seen: dict[Diagnostic, list[UnitAddress]] = {}
    for result in report.results:
        for item in result.diagnostics:
            if item.severity is Severity.WARNING and result.outcome in _PLANNED:
                seen.setdefault(item, []).append(result.address)
    return seen.items()


def _by_reason(unplanned: Sequence[UnitResult]) -> dict[tuple[Diagnostic, ...], list[UnitAddress]]:
    failures: dict[tuple[Diagnostic, ...], list[UnitAddress]] = {}
    for result in unplanned:
        if result.outcome is Outcome.FAILED and result.diagnostics:
            failures.setdefault(result.diagnostics, []).append(result.address)
    return failures


def _failed(failures: Mapping[tuple[Diagnostic, ...], Sequence[UnitAddress]]) -> Iterator[Folded]:
    for diagnostics, addresses in failures.items():
        lines = [line for item in diagnostics for line in _told(item)]
        yield Folded(f"{_units(addresses)}: failed", _all(addresses), tuple(lines), is_open=True)


def _told(item: Diagnostic) -> Iterator[str]:
    place = f"  at {item.position}" if item.position else ""
    yield f"{item.severity.value}: {' '.join(item.summary.split())}{place}"
    yield from (f"  {line}" for line in item.detail.strip().splitlines())


def _plan(addresses: Sequence[UnitAddress], plan: PlanSummary, *, is_open: bool) -> Folded:
    title = f"{_units(addresses)}: {run_palette.changes(plan.counts)}"
    return Folded(title, _all(addresses), tuple(_listing(plan)), "diff", is_open)


def _all(addresses: Sequence[UnitAddress]) -> str:
    """Name each unit of a group, where the title could not."""
    if named(addresses) == ", ".join(map(str, addresses)):
        return ""
    shown = ", ".join(code(str(address)) for address in addresses[:_MOST_NAMED])
    more = len(addresses) - _MOST_NAMED
    return f"{shown} and {count(more, 'more unit')}" if more > 0 else shown


def _listing(plan: PlanSummary) -> Iterator[str]:
    if plan.taken_from:
        yield f"# {plan.taken_from}"
    if told := plan.options.told(applyable=plan.applyable):
        yield f"# {told}"
    for change in plan.resources:
        yield from _resource(change)
    if plan.cut:
        yield f"# {count(plan.cut, 'value')} too long to be shown whole"
    if plan.outputs:
        yield f"# outputs: {', '.join(plan.outputs)}"


def _resource(change: ResourceChange) -> Iterator[str]:
    mark = run_palette.ACTION[change.action]
    word = "" if change.action in _PLAIN or change.action in _SYMBOL else mark.word
    said = ": ".join(part for part in (word, change.note) if part)
    aside = f"  ({said})" if said else ""
    yield f"{_SYMBOL.get(change.action, mark.symbol)} {change.address}{aside}"
    shown = shown_change(change)
    width = min(max((len(item.path) for item in shown.listed), default=0), _WIDEST_PATH)
    for item in shown.listed:
        yield f"      {item.path.ljust(width)}  {_values(item, change.action)}"
    if shown.same_tags:
        yield "      tags_all: as tags"
    if shown.later:
        yield f"      {UNKNOWN[1:-1]}: {shown.named(full=False)}"


def _values(item: AttributeChange, action: Action) -> str:
    before, after = differing(item.before, item.after, _LONGEST_VALUE, _MOST_OF_A_VALUE)
    if action is Action.CREATE:
        return after
    if action is Action.DELETE:
        return before
    forces = "  # forces replacement" if item.forces else ""
    return f"{before or _NOTHING} -> {after or _NOTHING}{forces}"
