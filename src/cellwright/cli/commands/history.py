"""`cellwright runs` and `logs`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.app import history as use_case
from cellwright.cli import errors
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.session import Session
from cellwright.cli.views.document import runs as document
from cellwright.cli.views.text import logs as log_text
from cellwright.cli.views.text import runs as text


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsArguments(Everywhere):
    """What `runs` takes."""

    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many, newest first.")] = 20


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


@command(RunsArguments)
def runs(session: Session, arguments: RunsArguments) -> int:
    """List the runs, newest first: what was run, by whom, why, and how it ended."""
    found = use_case.runs(session.location, arguments.limit)
    session.answer(lambda: text.runs(found), lambda: document.runs(found))
    return errors.DONE


@command(LogsArguments)
def logs(session: Session, arguments: LogsArguments) -> int:
    """Print what Terraform said in a run, unit by unit, never interleaved."""
    found = use_case.log(session.location, arguments.run, arguments.unit)
    session.answer(lambda: log_text.logs(found), lambda: document.logs(arguments.run, found))
    return errors.DONE
