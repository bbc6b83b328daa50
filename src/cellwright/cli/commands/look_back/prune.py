"""Remove details of old runs; the audit trail stays whole.

Panel: Look back 340
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.app.session.kept import KEPT_DAYS, KEPT_RUNS
from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneArguments(CommonArguments):
    """The arguments of `prune`."""

    kept_days: Annotated[
        int,
        typer.Option(
            "--keep-days",
            min=0,
            max=36_500,
            metavar="N",
            help="Keep runs whole that ended in the last N days.",
        ),
    ] = KEPT_DAYS
    kept_runs: Annotated[
        int, typer.Option("--keep-runs", min=0, metavar="N", help="Keep the newest N runs whole.")
    ] = KEPT_RUNS
    reason: ReasonOption = ""
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Remove them; without, only say what would be removed.")
    ] = False


@command(PruneArguments)
def prune(invocation: Invocation, arguments: PruneArguments) -> int:
    """Remove details of old runs: their units' records and logs, and working folders that nobody uses.

    The audit trail stays whole, and so do runs that can be resumed and the last record of every unit.
    """
    from cellwright.api.records import prune as document
    from cellwright.app.history import prune as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import prune as view

    request = use_case.PruneRequest(
        kept_days=arguments.kept_days,
        kept_runs=arguments.kept_runs,
        reason=arguments.reason,
        carry_out=arguments.yes,
    )
    doing = "removing details of old runs" if arguments.yes else "looking for details of old runs"
    with spinner(invocation.error.stream, doing):
        found = use_case.prune(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.prune(found), lambda: document.prune(found))
    return exit_codes.DONE
