"""How far a followed run is, for a build's log."""

from rich.console import Group
from rich.text import Text

from cellwright.app.jobs.watching import Watched
from cellwright.app.runs.report import RunReport
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Flowing, count
from cellwright.cli.views.change import plans, report
from cellwright.model.runs.run import Run


def watched(found: Watched) -> Group:
    """The plans that wait, or how the run ended."""
    if found.interrupted:
        told = f"run {found.run.id} was left before its end; go on: cellwright job follow {found.run.id}"
        return Group(Flowing(Text(told, style=palette.CAUTION)))
    if not found.waiting:
        return report.run_report(RunReport(_run(found), found.results))
    shown = {item.unit: item.summary for item in found.waiting}
    waits = f"{count(len(found.waiting), 'plan')} of run {found.run.id} "
    waits += "waits for an answer" if len(found.waiting) == 1 else "wait for an answer"
    return Group(plans.plans(shown), BLANK, plans.total(shown), Text(waits, style=palette.CAUTION))


def _run(found: Watched) -> Run:
    summary = found.run
    return Run(
        id=summary.id,
        kind=summary.kind,
        status=summary.status,
        actor=summary.actor,
        reason=summary.reason,
        started=summary.started,
        finished=summary.finished,
        commit=summary.commit,
        units=(),
        waited=summary.waited,
    )
