"""Bring a fleet up from an empty account, step by step.

Panel: Begin 12
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapArguments(CommonArguments):
    """The arguments of `bootstrap`."""

    until: Annotated[
        str,
        typer.Option(
            "--until", metavar="STEP", help="The last step to take; default: all.", show_default=False
        ),
    ] = ""
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Answer a question beforehand, or anew; repeatable: region=eu-west-1. It is written into "
            "bootstrap/tools.yaml.",
            show_default=False,
        ),
    ] = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what each step would do; ask and change nothing.")
    ] = False
    reason: ReasonOption = ""
    yes: YesOption = False


@group(BootstrapArguments)
def bootstrap(invocation: Invocation, arguments: BootstrapArguments) -> int:
    """Bring up a fleet from an empty account, step by step: accounts, states, pipeline, ledger, Jenkins.

    Each step looks what is there already, shows what it would do, and asks. Stop whenever you like, or be
    stopped: the same command goes on. What was done is in the audit trail.
    """
    from cellwright.api.fleet import bootstrap as document
    from cellwright.app.bootstrap import sequence
    from cellwright.cli.interaction.bootstrap import TerminalGuide, answers_of, open_site
    from cellwright.cli.views.begin import bootstrap as view

    request = sequence.BootstrapRequest(
        until=arguments.until, answers=answers_of(arguments.answers or ()), dry_run=arguments.dry_run
    )
    asking = not (arguments.yes or arguments.dry_run)
    with open_site(invocation, reason=arguments.reason, asking=asking) as (site, signals):
        guide = TerminalGuide(invocation.error, signals, asking=asking)
        found = sequence.bootstrap(site, request, guide)
    invocation.answer(lambda: view.summary(found), lambda: document.bootstrap(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(CommonArguments):
    """The arguments of `bootstrap status`."""


@command(StatusArguments, of=bootstrap)
def status(invocation: Invocation, _arguments: StatusArguments) -> int:
    """Look at every step, in the world and in the fleet's files; change nothing."""
    from cellwright.api.fleet import bootstrap as document
    from cellwright.app.bootstrap import sequence
    from cellwright.cli.interaction.bootstrap import open_site
    from cellwright.cli.views.begin import bootstrap as view

    with open_site(invocation, reason="", asking=False) as (site, _):
        found = sequence.look_at(site)
    invocation.answer(lambda: view.steps(found), lambda: document.bootstrap(found))
    return exit_codes.DONE
