"""What `plan`, `apply` and `resume` take."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cellwright.cli.arguments.declaring import Act, Everywhere, declare
from cellwright.cli.arguments.selecting import (
    DestroyOption,
    ParallelOption,
    ReasonOption,
    Selecting,
    YesOption,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArguments(Selecting):
    """What `plan` takes."""

    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Save the plans; `apply FILE` carries them out."),
    ] = None
    destroy: DestroyOption = False
    every: Annotated[
        bool,
        typer.Option("--all", help="Also plan units that are up to date, to see what has drifted."),
    ] = False
    detailed: Annotated[
        bool, typer.Option("--exit-code", help="End with exit code 3 if there are changes.")
    ] = False
    parallel: ParallelOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyArguments(Selecting):
    """What `apply` takes."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE | SELECTOR...]",
            help="A saved plan, or which units: client/acme, client/*/app, tier=gold; default: all changes.",
            show_default=False,
        ),
    ] = None
    destroy: DestroyOption = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeArguments(Everywhere):
    """What `resume` takes."""

    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", help="A run's id; default: the last run that is not done.", show_default=False
        ),
    ] = None
    parallel: ParallelOption = None
    yes: YesOption = False


plan = declare(
    "plan",
    PlanArguments,
    Act("plan", "plan"),
    """Make Terraform plans of the changes and show them. Changes nothing.

    Units that are up to date are left alone, without --all; no Terraform starts for them.
    """,
)
apply = declare(
    "apply",
    ApplyArguments,
    Act("apply", "apply"),
    """Carry out the changes: plan, show, ask, and apply exactly what was shown.

    With a FILE from `plan -o`, carry out that. Ctrl-C once stops after what runs, twice kills it.
    """,
)
resume = declare(
    "resume",
    ResumeArguments,
    Act("apply", "resume"),
    "Go on with a run after a crash, a failure or Ctrl-C. What is done is not done again.",
)
