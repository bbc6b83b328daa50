"""The list of runs."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.runs import RunPage
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import Columns, Flowing, count, elapsed, next_page, who
from cellwright.ledger.run_state import RunSummary

_MOST_HELD = 5


def runs(found: RunPage) -> Group:
    """One line per run, newest first."""
    named = [
        Text(f"renamed from {item.cell} on {item.until[:10]}", style=palette.FAINT) for item in found.former
    ]
    if not found.runs:
        return Group(*named, Text("no runs yet"))
    header = ("  run", "kind", "status", "units", "took", "who", "why")
    more = [] if found.next is None else [next_page(f"--before {found.next}")]
    rows = [_row(run, stopped=run.id in found.stopped) for run in found.runs]
    return Group(*named, Columns(rows, header=header), *_stopped(found), *_held(found), *more)


def _stopped(found: RunPage) -> Iterator[RenderableType]:
    going = {run: command for run, command in found.stopped.items() if command}
    if going:
        rows = [(Text(run), Text(command, style=palette.ACCENT)) for run, command in going.items()]
        yield Flowing(Text.assemble(("•", palette.CAUTION), " nobody carries these out any more; to go on:"))
        yield Columns(rows, indent=2)
    if any(command in {"", f"cellwright resume {run}"} for run, command in found.stopped.items()):
        give_up = Text("cellwright cancel RUN", style=palette.ACCENT)
        yield Flowing(Text.assemble("  to give up what stands still: ", give_up))


def _held(found: RunPage) -> Iterator[RenderableType]:
    """Say what runs in the queue wait for that others hold."""
    for item in found.held[:_MOST_HELD]:
        yield Flowing(Text(f"• {item.unit} of run {item.run} waits: {item.why}"), indent=2)
    if len(found.held) > _MOST_HELD:
        yield Text(f"  and {count(len(found.held) - _MOST_HELD, 'more unit')}")


def _row(run: RunSummary, *, stopped: bool) -> tuple[Text, ...]:
    mark = run_palette.STOPPED if stopped else run_palette.run_mark(run.status, run.counts.keys())
    return (
        Text.assemble(mark.text(), " ", (run.id, palette.STRONG)),
        Text(run.kind.value),
        mark.label(),
        Text(f"{run.units:,}"),
        Text(elapsed(run.started, run.finished, run.waited), style=palette.FAINT),
        Text(who(run.actor, run.identity)),
        Text(run.reason, style=palette.FAINT),
    )
