"""How runs ended: unit by unit, what failed in full, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.runs import RunPage
from cellwright.app.runs.report import RunReport
from cellwright.cli.views.text import findings, palette, plans
from cellwright.cli.views.text.layout import (
    BLANK,
    Columns,
    Flowing,
    Hanging,
    count,
    duration,
    following,
    named,
    person,
    stacked,
)
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.plan import ResourceCounts
from cellwright.model.run import Operation, Outcome, Run, RunKind, RunStatus, UnitResult

_MANY_UNITS = 40
"""Above this, units that did not fail are only counted."""
_NOT_DONE = frozenset({Outcome.SKIPPED, Outcome.CANCELLED, Outcome.BLOCKED})
_TOLD_ELSEWHERE = _NOT_DONE | {Outcome.FAILED}
_SEEN = frozenset({Outcome.PLANNED, Outcome.UNCHANGED})
_LEFT = frozenset({Outcome.FAILED, Outcome.SKIPPED, Outcome.CANCELLED, Outcome.BLOCKED})


def planned(report: RunReport, kept: Path | None = None) -> Group:
    """`plan`: what Terraform says each change will do; `kept` is where the plans were saved."""
    unplanned = [result for result in report.results if result.outcome not in _SEEN]
    return stacked(
        [plans.plans(report.plans)] if any(plan.resources for plan in report.plans.values()) else [],
        list(_rows(unplanned, report.run)),
        list(_warnings(report)),
        list(_troubles(report)),
        [Flowing(_plan_total(report)), *_kept(report, kept)],
    )


def _kept(report: RunReport, kept: Path | None) -> Iterator[Text]:
    if kept is not None and any(result.outcome is Outcome.PLANNED for result in report.results):
        yield Text.assemble("Carry it out with: ", (f"cellwright apply {kept}", palette.FRESH))


def _plan_total(report: RunReport) -> Text:
    amounts = Counter(result.outcome for result in report.results)
    if not report.results or set(amounts) == {Outcome.UNCHANGED}:
        return Text.assemble(("✓", palette.GOOD), " Nothing to do: every unit is as its settings say.")
    del amounts[Outcome.PLANNED]
    rest = _amounts(amounts)
    return Text("; ").join([plans.total(report.plans), *([rest] if rest.cell_len else [])])


def carried_out(report: RunReport) -> Group:
    """`apply`, `resume`, `onboard`, `offboard`: what became of each unit."""
    if not report.results:
        return Group(Text.assemble(("✓", palette.GOOD), " Nothing to do: every unit is as its settings say."))
    return stacked(
        list(_outcomes(report)),
        list(_warnings(report)),
        list(_troubles(report)),
        [Flowing(_run_total(report)), *_advice(report)],
    )


def _outcomes(report: RunReport) -> Iterator[RenderableType]:
    if len(report.results) <= _MANY_UNITS:
        yield from _rows(report.results, report.run)
        return
    failed = [result for result in report.results if result.outcome is Outcome.FAILED]
    yield from _rows(failed[:_MANY_UNITS], report.run)
    if len(failed) > _MANY_UNITS:
        yield Text(f"  and {len(failed) - _MANY_UNITS:,} more that failed", style=palette.FAINT)


def _rows(results: Sequence[UnitResult], run: Run) -> Iterator[RenderableType]:
    doomed = {unit.address for unit in run.units if unit.operation is Operation.DESTROY}
    rows = []
    for result in results:
        mark = palette.ending(result.outcome, doomed=result.address in doomed)
        address = Text.assemble(mark.text(), f" {result.address}")
        took = Text(duration(result.seconds) if result.seconds else "", style=palette.FAINT)
        rows.append((address, mark.said(), took, _note(result)))
    if rows:
        yield Columns(rows)


def _note(result: UnitResult) -> Text:
    """What was done; or, where nothing was and it is no failure, why not."""
    if result.outcome in _NOT_DONE and result.diagnostics:
        return Text(" ".join(result.diagnostics[0].summary.split()), style=palette.FAINT)
    return palette.tally(result.resources)


def _troubles(report: RunReport) -> Iterator[RenderableType]:
    """Failures in full; units that failed for the same reason share one text."""
    failures: dict[tuple[Diagnostic, ...], list[UnitAddress]] = {}
    for result in report.results:
        if result.outcome is Outcome.FAILED:
            failures.setdefault(result.diagnostics, []).append(result.address)
    mark = palette.OUTCOME[Outcome.FAILED]
    for number, (diagnostics, addresses) in enumerate(failures.items()):
        if number:
            yield BLANK
        title = Text.assemble(mark.text(), " ", (named(addresses), palette.STRONG), " ", mark.said())
        yield Flowing(title, indent=2)
        yield from findings.blocks(diagnostics)
        command = f"cellwright logs {report.run.id} {addresses[0]}"
        yield Hanging(Text("  log: "), Text(command, style=palette.FRESH))


def _warnings(report: RunReport) -> Iterator[RenderableType]:
    """Warnings of units that did not fail, each once with how many units it concerns."""
    seen: dict[Diagnostic, list[UnitAddress]] = {}
    for result in report.results:
        for item in result.diagnostics:
            if item.severity is Severity.WARNING and result.outcome not in _TOLD_ELSEWHERE:
                seen.setdefault(item, []).append(result.address)
    for item, addresses in seen.items():
        line = Text.assemble(findings.line(item), (f"  ({named(addresses)})", palette.FAINT))
        yield Flowing(line, indent=4)


def _run_total(report: RunReport) -> Text:
    amounts = Counter(result.outcome for result in report.results)
    counts = sum((result.resources for result in report.results), ResourceCounts())
    took = seconds(report.run)
    said = _amounts(amounts, destroyed=report.run.kind is RunKind.DESTROY)
    if took is not None:
        said.append(f" in {duration(took)}")
    if counts.total:
        said.append(" (resources: ").append_text(palette.tally(counts)).append(")")
    return said


def _amounts(amounts: Mapping[Outcome, int], *, destroyed: bool = False) -> Text:
    marks = {**palette.OUTCOME, Outcome.APPLIED: palette.DESTROYED} if destroyed else palette.OUTCOME
    present = [outcome for outcome in Outcome if amounts.get(outcome)]
    parts: list[Text] = []
    for outcome in present:
        amount = f"{amounts[outcome]:,}" if parts else count(amounts[outcome], "unit")
        parts.append(Text(f"{amount} {marks[outcome].word}", style=marks[outcome].style))
    return Text(", ").join(parts)


def _advice(report: RunReport) -> Iterator[Text]:
    if report.run.status is not RunStatus.SUCCEEDED and any(item.outcome in _LEFT for item in report.results):
        yield Text.assemble("Continue with: ", (f"cellwright resume {report.run.id}", palette.FRESH))


def runs(found: RunPage) -> Group:
    """Runs, one line each, newest first as they come."""
    if not found.runs:
        return Group(Text("no runs yet"))
    rows = []
    for run in found.runs:
        mark = palette.RUN[run.status]
        took = seconds(run)
        rows.append(
            (
                Text.assemble(mark.text(), " ", (run.id, palette.STRONG)),
                Text(run.kind.value),
                mark.said(),
                Text(f"{run.units:,}"),
                Text("" if took is None else duration(took), style=palette.FAINT),
                Text(person(run.actor)),
                Text(run.reason, style=palette.FAINT),
            )
        )
    more = [] if found.next is None else [following(f"--before {found.next}")]
    return Group(Columns(rows, header=("  run", "kind", "status", "units", "took", "who", "why")), *more)


def seconds(run: Run | RunSummary) -> float | None:
    """How long a run took; None while it is not over."""
    if run.finished is None:
        return None
    took = datetime.fromisoformat(run.finished) - datetime.fromisoformat(run.started)
    return max(took.total_seconds(), 0)
