"""What `prune` takes."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.app.session.home import KEPT_DAYS, KEPT_RUNS
from cellwright.cli.arguments.declaring import Act, Everywhere, declare
from cellwright.cli.arguments.selecting import ReasonOption


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneArguments(Everywhere):
    """What `prune` takes."""

    kept_days: Annotated[
        int,
        typer.Option("--keep-days", min=0, max=36_500, metavar="N", help="Runs that ended since stay whole."),
    ] = KEPT_DAYS
    kept_runs: Annotated[
        int, typer.Option("--keep-runs", min=0, metavar="N", help="So many of the newest runs stay whole.")
    ] = KEPT_RUNS
    reason: ReasonOption = ""
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without, it is only said.")] = False


prune = declare(
    "prune",
    PruneArguments,
    Act("pruning", "prune"),
    """Remove details of old runs: their units' records and logs, and working folders that nobody uses.

    The audit trail stays whole, and so do runs that can be resumed and the last record of every unit.
    """,
)
