"""The list of runs."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.runs import RunPage
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import Columns, Flowing, elapsed, next_page, who
from cellwright.ledger.run_state import RunSummary


def runs(found: RunPage) -> Group:
    """One line per run, newest first."""
    named = [
        Text(f"renamed from {item.cell} on {item.until[:10]}", style=palette.FAINT) for item in found.former
    ]
    if not found.runs:
        return Group(*named, Text("no runs yet"))
    header = ("  run", "kind", "status", "units", "took", "who", "why")
    more = [] if found.next is None else [next_page(f"--before {found.next}")]
    return Group(*named, Columns([_row(run) for run in found.runs], header=header), *_stopped(found), *more)


def _stopped(found: RunPage) -> Iterator[RenderableType]:
    for run, command in found.stopped.items():
        told = f" nobody carries out run {run} any more; to go on: "
        yield Flowing(Text.assemble(("•", palette.CAUTION), told, (command, palette.ACCENT)))


def _row(run: RunSummary) -> tuple[Text, ...]:
    mark = run_palette.run_mark(run.status, run.counts.keys())
    return (
        Text.assemble(mark.text(), " ", (run.id, palette.STRONG)),
        Text(run.kind.value),
        mark.label(),
        Text(f"{run.units:,}"),
        Text(elapsed(run.started, run.finished, run.waited), style=palette.FAINT),
        Text(who(run.actor, run.identity)),
        Text(run.reason, style=palette.FAINT),
    )
