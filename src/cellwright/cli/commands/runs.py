"""List the runs.

Panel: Look back 310
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, elapsed, next_page, person

if TYPE_CHECKING:
    from cellwright.app.history.runs import RunPage
    from cellwright.cli.session import Session
    from cellwright.ledger.run_state import RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsArguments(CommonArguments):
    """The arguments of `runs`."""

    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many, newest first.")] = 20
    before: Annotated[
        str | None,
        typer.Option(
            "--before",
            metavar="RUN",
            help="Only runs before this one: the last run of the page before.",
            show_default=False,
        ),
    ] = None


@command(RunsArguments)
def runs(session: Session, arguments: RunsArguments) -> int:
    """List the runs, newest first: what was run, by whom, why, and how it ended."""
    from cellwright.api import runs as document
    from cellwright.app.history import runs as use_case

    found = use_case.runs(session.fleet, use_case.RunsRequest(limit=arguments.limit, before=arguments.before))
    session.answer(lambda: view(found), lambda: document.runs(found))
    return exit_codes.DONE


def view(found: RunPage) -> Group:
    """One line per run, newest first."""
    if not found.runs:
        return Group(Text("no runs yet"))
    header = ("  run", "kind", "status", "units", "took", "who", "why")
    more = [] if found.next is None else [next_page(f"--before {found.next}")]
    return Group(Columns([_row(run) for run in found.runs], header=header), *more)


def _row(run: RunSummary) -> tuple[Text, ...]:
    mark = palette.RUN[run.status]
    return (
        Text.assemble(mark.text(), " ", (run.id, palette.STRONG)),
        Text(run.kind.value),
        mark.label(),
        Text(f"{run.units:,}"),
        Text(elapsed(run.started, run.finished), style=palette.FAINT),
        Text(person(run.actor)),
        Text(run.reason, style=palette.FAINT),
    )
