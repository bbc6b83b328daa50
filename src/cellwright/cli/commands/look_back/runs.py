"""List the runs.

Panel: Look back 310
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


class RunWord(Enum):
    """How a run stands, as people read it."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsArguments(CommonArguments):
    """The arguments of `runs`."""

    cell: Annotated[
        str,
        typer.Argument(
            metavar="[CELL]",
            help="Only runs that had units of this cell, or this unit: client/acme; also under former names.",
            show_default=False,
            autocompletion=completion.cells,
        ),
    ] = ""
    status: Annotated[
        RunWord | None,
        typer.Option(
            "--status",
            help="Only runs that stand so; refused: nothing failed, and somebody has not approved a plan.",
            show_default=False,
        ),
    ] = None
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
def runs(invocation: Invocation, arguments: RunsArguments) -> int:
    """List the runs, newest first: what was run, by whom, why, and how it ended."""
    from cellwright.api.runs import runs as document
    from cellwright.app.history import runs as use_case
    from cellwright.cli.views.look_back import runs as view

    request = use_case.RunsRequest(
        cell=arguments.cell.strip("/"),
        status=arguments.status.value if arguments.status is not None else "",
        limit=arguments.limit,
        before=arguments.before,
    )
    found = invocation.look(use_case.runs, request)
    invocation.answer(lambda: view.runs(found), lambda: document.runs(found))
    return exit_codes.DONE
