"""What `runs`, `logs`, `events` and `events verify` take."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cellwright.cli.arguments.declaring import Act, Everywhere, callback, declare
from cellwright.cli.help import HelpfulCommand, HelpfulGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsArguments(Everywhere):
    """What `runs` takes."""

    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many, newest first.")] = 20
    before: Annotated[
        str | None,
        typer.Option(
            "--before",
            metavar="RUN",
            help="Only older ones: the last run of the page before.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsArguments(Everywhere):
    """What `logs` takes."""

    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; `cellwright runs` lists them.")]
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar="[UNIT]", help="A unit's address; default: all units of the run.", show_default=False
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsArguments(Everywhere):
    """What `events` takes."""

    subjects: Annotated[
        list[str] | None,
        typer.Option(
            "--subject",
            metavar="SELECTOR",
            help="On what: client/acme, client/*/app, base/**, or a run's id; as often as needed.",
            show_default=False,
        ),
    ] = None
    actions: Annotated[
        list[str] | None,
        typer.Option(
            "--action",
            metavar="ACTION",
            help="What was done: unit.applied, unit.*, run.started; as often as needed.",
            show_default=False,
        ),
    ] = None
    actors: Annotated[
        list[str] | None,
        typer.Option(
            "--actor", metavar="TEXT", help="Who: any part of the name or address.", show_default=False
        ),
    ] = None
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="From then on: 2026-11-22, 2026-11-22T21:48, 7d, 12h."),
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Up to then; a day counts as a whole.")
    ] = None
    after: Annotated[
        int,
        typer.Option(
            "--after",
            min=0,
            metavar="N",
            help="Only events with a higher sequence number: the last one of the page before.",
            show_default=False,
        ),
    ] = 0
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="At most so many.", show_default=False)
    ] = None
    last: Annotated[
        int | None, typer.Option("--last", min=1, metavar="N", help="Only the newest so many.")
    ] = None


def _events() -> TyperGroup:
    app = typer.Typer(name="events", add_completion=False, rich_markup_mode=None)
    app.callback(
        cls=HelpfulGroup,
        invoke_without_command=True,
        help="Print the audit trail: who did what, when and why; oldest first.",
    )(callback(EventsArguments, Act("events", "events")))
    app.command(
        "verify",
        cls=HelpfulCommand,
        help="Check that no event was changed, left out or put in: each names the hash of the one before.",
    )(callback(Everywhere, Act("events", "verify")))
    made = get_command(app)
    if not isinstance(made, TyperGroup):
        raise TypeError(f"events made a {type(made).__name__}, not a group")
    return made


runs = declare(
    "runs",
    RunsArguments,
    Act("history", "runs"),
    "List the runs, newest first: what was run, by whom, why, and how it ended.",
)
logs = declare(
    "logs",
    LogsArguments,
    Act("history", "logs"),
    "Print what Terraform said in a run, unit by unit, never interleaved.",
)
events = _events()
