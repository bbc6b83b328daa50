"""The report of a run: how each unit ended, every failure in full, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.runs.report import RunReport
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import (
    BLANK,
    Columns,
    Flowing,
    Hanging,
    count,
    duration,
    elapsed,
    named,
    stacked,
)
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.change import plans as plans_view
from cellwright.cli.views.excerpt import Finding
from cellwright.engine.unit.stale_plan import is_placed_elsewhere, is_stale
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.runs.change import Status
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, Run, RunStatus, UnitResult, was_refused

_MANY_UNITS = 40
"""Above this, units that did not fail are only counted."""
_NOT_DONE = frozenset({Outcome.SKIPPED, Outcome.REFUSED, Outcome.CANCELLED, Outcome.BLOCKED})
_UNFINISHED = _NOT_DONE | {Outcome.FAILED}
_PLANNED = frozenset({Outcome.PLANNED, Outcome.UNCHANGED})


def plan_report(report: RunReport, saved: Path | None = None, *, full: bool = False) -> Group:
    """`plan`: what Terraform says each change will do; `saved` is the file with the plans."""
    unplanned = [result for result in report.results if result.outcome not in _PLANNED]
    return stacked(
        [plans_view.plans(report.plans, full=full)]
        if any(plan.resources for plan in report.plans.values())
        else [],
        list(_rows(unplanned, report.run)),
        list(_warnings(report)),
        list(_failures(report)),
        list(_waiting(report)),
        [Flowing(_plan_total(report)), *_saved(report, saved)],
    )


def _saved(report: RunReport, saved: Path | None) -> Iterator[Text]:
    if saved is not None and any(result.outcome is Outcome.PLANNED for result in report.results):
        yield Text.assemble("Carry it out with: ", (f"cellwright apply --plan {saved}", palette.ACCENT))


def _plan_total(report: RunReport) -> Text:
    amounts = Counter(result.outcome for result in report.results)
    if not report.results or set(amounts) == {Outcome.UNCHANGED}:
        return _nothing(report)
    del amounts[Outcome.PLANNED]
    rest = _amounts(amounts)
    return Text("; ").join([plans_view.total(report.plans), *([rest] if rest.cell_len else [])])


def run_report(report: RunReport, *, advises: bool = True) -> Group:
    """`apply`, `resume`, `onboard`, `offboard`: how each unit ended.

    Without `advises` it is left to the caller how it goes on.
    """
    if not report.results:
        return stacked([Flowing(_nothing(report), indent=2)], list(_waiting(report)))
    return stacked(
        list(_outcomes(report)),
        list(_warnings(report)),
        list(_failures(report)),
        list(_waiting(report)),
        [Flowing(_run_total(report)), *(_advice(report) if advises else ())],
    )


def _nothing(report: RunReport) -> Text:
    said = "Nothing to do: every unit is as its settings say."
    if report.waiting and not report.results:
        said = "Nothing to apply."
    elif report.in_part:
        said = "Nothing to do in the part that was asked for; that says nothing of the rest."
    elif not report.looked:
        said = "Nothing changed since the last apply; the world was not looked at (plan --all looks at it)."
    stands = f"{report.stands} already. " if report.stands else ""
    return Text.assemble(("✓", palette.GOOD), f" {stands}{said}")


def _waiting(report: RunReport) -> Iterator[RenderableType]:
    """Name the units that wait to be destroyed, and how they are."""
    if not report.waiting:
        return
    mark = palette.STATUS[Status.DESTROY]
    one = len(report.waiting) == 1
    units = (named(report.waiting), palette.STRONG)
    wait = " waits to be destroyed" if one else " wait to be destroyed"
    yield Flowing(Text.assemble(mark.text(), " ", units, wait), indent=2)
    command = f"cellwright apply {report.waiting[0] if one else '--destroy'}"
    yield Hanging(Text("  destroy with: "), Text(command, style=palette.ACCENT))


def _outcomes(report: RunReport) -> Iterator[RenderableType]:
    if len(report.results) <= _MANY_UNITS:
        yield from _rows(report.results, report.run)
        return
    failed = [result for result in report.results if result.outcome is Outcome.FAILED]
    yield from _rows(failed[:_MANY_UNITS], report.run)
    if len(failed) > _MANY_UNITS:
        yield Text(f"  and {len(failed) - _MANY_UNITS:,} more that failed", style=palette.FAINT)


def _rows(results: Sequence[UnitResult], run: Run) -> Iterator[RenderableType]:
    destroyed = {unit.address for unit in run.units if unit.operation is Operation.DESTROY}
    rows = []
    for result in results:
        mark = run_palette.outcome_mark(result.outcome, destroy=result.address in destroyed)
        address = Text.assemble(mark.text(), f" {result.address}")
        worked = result.seconds and result.outcome not in {Outcome.BLOCKED, Outcome.SKIPPED}
        took = Text(duration(result.seconds) if worked else "", style=palette.FAINT)
        rows.append((address, mark.label(), took, _note(result)))
    if rows:
        yield Columns(rows)


def _note(result: UnitResult) -> Text:
    """What was done to the unit; or why nothing was, unless it failed."""
    if result.outcome in _NOT_DONE and result.diagnostics:
        why = " ".join(result.diagnostics[0].summary.split()).removeprefix(f"{result.address} ")
        return Text(why, style=palette.FAINT)
    return run_palette.tally(result.resources)


def _failures(report: RunReport) -> Iterator[RenderableType]:
    """Every failure in full; units that failed for the same reason are listed together."""
    failures: dict[tuple[Diagnostic, ...], list[UnitAddress]] = {}
    for result in report.results:
        if result.outcome is Outcome.FAILED:
            failures.setdefault(result.diagnostics, []).append(result.address)
    mark = run_palette.OUTCOME[Outcome.FAILED]
    for number, (diagnostics, addresses) in enumerate(failures.items()):
        if number:
            yield BLANK
        title = Text.assemble(mark.text(), " ", (named(addresses), palette.STRONG), " ", mark.label())
        yield Flowing(title, indent=2)
        yield from diagnostics_view.blocks(diagnostics)
        command = f"cellwright logs {report.run.id} {addresses[0]}"
        yield Hanging(Text("  log: "), Text(command, style=palette.ACCENT))


def _warnings(report: RunReport) -> Iterator[RenderableType]:
    """Warnings of units that did not fail, each once with how many units it concerns."""
    seen: dict[Diagnostic, list[UnitAddress]] = {}
    for result in report.results:
        for item in result.diagnostics:
            if item.severity is Severity.WARNING and result.outcome not in _UNFINISHED:
                seen.setdefault(item, []).append(result.address)
    for item, addresses in seen.items():
        line = Text.assemble(diagnostics_view.line(item), (f"  ({named(addresses)})", palette.FAINT))
        yield Finding(line, item)


def _run_total(report: RunReport) -> Text:
    gone = {unit.address for unit in report.run.units if unit.operation is Operation.DESTROY}
    destroyed = sum(item.outcome is Outcome.APPLIED and item.address in gone for item in report.results)
    amounts = Counter(result.outcome for result in report.results)
    counts = sum((result.resources for result in report.results), ResourceCounts())
    took = elapsed(report.run.started, report.run.finished, report.run.waited)
    total = _amounts(amounts, destroyed)
    if took:
        total.append(f" in {took}")
    if counts.total:
        total.append(" (resources: ").append_text(run_palette.tally(counts)).append(")")
    return total


def _amounts(amounts: Mapping[Outcome, int], destroyed: int = 0) -> Text:
    """Count the units by how they ended; `destroyed` of those that were applied were to be destroyed."""
    found: list[tuple[int, palette.Mark]] = []
    for outcome in Outcome:
        gone = destroyed if outcome is Outcome.APPLIED else 0
        found.append((amounts.get(outcome, 0) - gone, run_palette.OUTCOME[outcome]))
        found.append((gone, run_palette.DESTROYED))
    parts: list[Text] = []
    for amount, mark in found:
        if amount:
            number = f"{amount:,}" if parts else count(amount, "unit")
            parts.append(Text(f"{number} {mark.word}", style=mark.style))
    return Text(", ").join(parts)


def _advice(report: RunReport) -> Iterator[RenderableType]:
    if report.over:
        yield Flowing(Text.assemble(("✗", palette.BAD), f" {report.over}."))
        return
    left = [item for item in report.results if item.outcome in _UNFINISHED]
    if was_refused(report.run.status, {item.outcome.value for item in report.results}) or not left:
        return  # it was decided
    if all(any(is_stale(found) or is_placed_elsewhere(found) for found in item.diagnostics) for item in left):
        return  # plans that are of no use any more, or settings that have to be others first
    if report.run.status is not RunStatus.SUCCEEDED:
        yield Text.assemble("Continue with: ", (f"cellwright resume {report.run.id}", palette.ACCENT))
