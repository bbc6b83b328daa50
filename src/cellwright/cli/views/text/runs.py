"""How runs ended: unit by unit, what failed in full, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.results import RunReport
from cellwright.cli.views.text import findings, palette, plans
from cellwright.cli.views.text.layout import Columns, count, duration, stacked
from cellwright.ledger.run_state import RunSummary
from cellwright.model.plan import ResourceCounts
from cellwright.model.run import Operation, Outcome, Run, RunKind, RunStatus, UnitResult

_MANY_UNITS = 40
"""Above this, cells in which all went well take one line."""
_QUIET = frozenset({Outcome.APPLIED, Outcome.UNCHANGED})
_SEEN = frozenset({Outcome.PLANNED, Outcome.UNCHANGED})
_LEFT = frozenset({Outcome.FAILED, Outcome.SKIPPED, Outcome.CANCELLED, Outcome.BLOCKED})


def planned(report: RunReport, kept: Path | None = None) -> Group:
    """`plan`: what Terraform says each change will do; `kept` is where the plans were saved."""
    unplanned = [result for result in report.results if result.outcome not in _SEEN]
    return stacked(
        [plans.plans(report.plans)] if any(plan.resources for plan in report.plans.values()) else [],
        list(_rows(unplanned, report.run)),
        list(_troubles(report)),
        [_plan_total(report), *_kept(report, kept)],
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
        list(_troubles(report)),
        [_run_total(report), *_advice(report)],
    )


def _outcomes(report: RunReport) -> Iterator[RenderableType]:
    if len(report.results) <= _MANY_UNITS:
        yield from _rows(report.results, report.run)
        return
    loud: list[UnitResult] = []
    quiet: Counter[Outcome] = Counter()
    for _, found in groupby(report.results, key=lambda result: result.address.of_cell):
        cell = list(found)
        if all(result.outcome in _QUIET for result in cell):
            quiet.update(result.outcome for result in cell)
        else:
            loud += cell
    yield from _rows(loud, report.run)
    if quiet:
        yield Text.assemble((f"  and {_amounts(quiet).plain} in cells where all went well", palette.FAINT))


def _rows(results: Sequence[UnitResult], run: Run) -> Iterator[RenderableType]:
    destroyed = {unit.address for unit in run.units if unit.operation is Operation.DESTROY}
    rows = []
    for result in results:
        mark = palette.OUTCOME[result.outcome]
        if result.outcome is Outcome.APPLIED and result.address in destroyed:
            mark = palette.DESTROYED
        address = Text.assemble(mark.text(), f" {result.address}")
        took = Text(duration(result.seconds) if result.seconds else "", style=palette.FAINT)
        rows.append((address, mark.said(), took, palette.tally(result.resources)))
    if rows:
        yield Columns(rows)


def _troubles(report: RunReport) -> Iterator[RenderableType]:
    for result in report.results:
        if not result.diagnostics:
            continue
        mark = palette.OUTCOME[result.outcome]
        yield Text.assemble(mark.text(), " ", (str(result.address), palette.STRONG), " ", mark.said())
        yield from findings.blocks(result.diagnostics)
        if result.outcome is Outcome.FAILED:
            command = f"cellwright logs {report.run.id} {result.address}"
            yield Text.assemble("  log: ", (command, palette.FRESH))


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
    parts = [
        Text(f"{count(amounts[outcome], 'unit')} {marks[outcome].word}", style=marks[outcome].style)
        for outcome in Outcome
        if amounts.get(outcome)
    ]
    return Text(", ").join(parts)


def _advice(report: RunReport) -> Iterator[Text]:
    if report.run.status is not RunStatus.SUCCEEDED and any(item.outcome in _LEFT for item in report.results):
        yield Text.assemble("Continue with: ", (f"cellwright resume {report.run.id}", palette.FRESH))


def runs(found: Sequence[RunSummary]) -> Group:
    """Runs, one line each, newest first as they come."""
    if not found:
        return Group(Text("no runs yet"))
    rows = []
    for run in found:
        mark = palette.RUN[run.status]
        took = seconds(run)
        rows.append(
            (
                Text.assemble(mark.text(), " ", (run.id, palette.STRONG)),
                Text(run.kind.value),
                mark.said(),
                Text(f"{run.units:,}"),
                Text("" if took is None else duration(took), style=palette.FAINT),
                Text(run.actor),
                Text(run.reason, style=palette.FAINT),
            )
        )
    return Group(Columns(rows, header=("  run", "kind", "status", "units", "took", "who", "why")))


def seconds(run: Run | RunSummary) -> float | None:
    """How long a run took; None while it is not over."""
    if run.finished is None:
        return None
    took = datetime.fromisoformat(run.finished) - datetime.fromisoformat(run.started)
    return max(took.total_seconds(), 0)
