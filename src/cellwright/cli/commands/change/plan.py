"""Make Terraform plans of the changes.

Panel: Change 210
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.output_format import Format, FormatOption
from cellwright.cli.parser.planning_arguments import PlanningArguments
from cellwright.cli.parser.selection import AcceptStateOption, DestroyOption, ParallelOption

if TYPE_CHECKING:
    from cellwright.app.runs.report import RunReport
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArguments(PlanningArguments):
    """The arguments of `plan`."""

    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Save the plans, for `apply --plan FILE`."),
    ] = None
    store: Annotated[
        str,
        typer.Option(
            "--store",
            metavar="NAME",
            help="Keep the plans, encrypted, in the fleet's artifact store, for `apply --stored NAME`.",
            show_default=False,
        ),
    ] = ""
    destroy: DestroyOption = False
    accept_state: AcceptStateOption = ""
    every: Annotated[
        bool,
        typer.Option("--all", help="Also plan units that are up to date, to see what has drifted."),
    ] = False
    detailed: Annotated[
        bool, typer.Option("--exit-code", help="End with exit code 3 if there are changes.")
    ] = False
    parallel: ParallelOption = None
    form: FormatOption = None


@command(PlanArguments)
def plan(invocation: Invocation, arguments: PlanArguments) -> int:
    """Make Terraform plans of the changes and show them. Changes nothing.

    Units that are up to date are left alone, without --all; no Terraform starts for them.
    """
    from cellwright.api.runs import report as document
    from cellwright.app.runs import plan as use_case
    from cellwright.app.runs.choosing import Selection
    from cellwright.cli.interaction.conversation import exit_code, open_conversation
    from cellwright.cli.views.change import report as view

    if arguments.out is not None and arguments.store:
        raise typer.BadParameter("leave out either -o or --store")
    request = use_case.PlanRequest(
        selection=Selection(
            arguments.chosen_selectors,
            arguments.relatives,
            arguments.destroy,
            thorough=arguments.every,
            accepted=arguments.accepting(arguments.accept_state),
            options=arguments.options(destroy=arguments.destroy),
        ),
        parallel=arguments.parallel,
        out=arguments.out,
        store=arguments.store,
    )
    with open_conversation(invocation.error, preapproved=True) as terminal:
        report = invocation.act(use_case.plan, request, terminal.conversation)
    if arguments.form is Format.MARKDOWN:
        from cellwright.cli.views.markdown.plans import plan_page

        invocation.answer_in_markdown(lambda: plan_page(report))
    else:
        invocation.answer(
            lambda: view.plan_report(report, arguments.out, full=arguments.full),
            lambda: document.report(report),
        )
    code = exit_code(report, terminal.interrupts)
    changed = arguments.detailed and _has_changes(report)
    return exit_codes.CHANGES if code == exit_codes.DONE and changed else code


def _has_changes(report: RunReport) -> bool:
    """Tell whether `apply` would do anything; a blocked unit is planned once its upstream is applied."""
    from cellwright.model.runs.run import Outcome

    return any(result.outcome in {Outcome.PLANNED, Outcome.BLOCKED} for result in report.results)
