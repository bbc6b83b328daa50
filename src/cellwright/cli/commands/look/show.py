"""Show resolved inputs of units, or what saved plans will do.

Panel: Look 120
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.output_format import Format, FormatOption
from cellwright.cli.parser.selection import PageArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArguments(PageArguments):
    """The arguments of `show`."""

    form: FormatOption = None
    full: Annotated[bool, typer.Option("--full", help="Of a plan file: nothing is cut or folded.")] = False

    @property
    def file(self) -> Path | None:
        """The plan file that is named in place of units; None if units are."""
        only = Path(self.selectors[0]) if self.selectors and len(self.selectors) == 1 else None
        return only if only is not None and only.is_file() else None


@command(ShowArguments)
def show(invocation: Invocation, arguments: ShowArguments) -> int:
    """Show units with their resolved inputs, as Terraform will be given them; or the plans in a FILE.

    Outputs of other units are shown as references, and below them what is recorded of these, and of the
    unit's own outputs; sensitive values are masked. Of a unit that is to be
    destroyed, what it was applied with is shown: that is what a destroy runs with.

    A file that `plan -o FILE` wrote is shown as `plan` showed it, if it is the one that was recorded.
    """
    if arguments.file is not None:
        return _show_plans(invocation, arguments, arguments.file)
    markdown = arguments.form is Format.MARKDOWN
    if markdown or arguments.full:
        option = "--format" if markdown else "--full"
        raise typer.BadParameter("only the plans in a file are shown so", param_hint=option)
    return _show_units(invocation, arguments)


def _show_plans(invocation: Invocation, arguments: ShowArguments, file: Path) -> int:
    from cellwright.api.runs import report as document
    from cellwright.app.overview.runs.saved_plans import saved_plans
    from cellwright.cli.views.change import report as view

    report = saved_plans(invocation.fleet, file)
    if arguments.form is Format.MARKDOWN:
        from cellwright.cli.views.markdown.plans import plan_page

        invocation.answer_in_markdown(lambda: plan_page(report))
    else:
        invocation.answer(
            lambda: view.plan_report(report, file, full=arguments.full), lambda: document.report(report)
        )
    return exit_codes.DONE


def _show_units(invocation: Invocation, arguments: ShowArguments) -> int:
    from cellwright.api.fleet import show as document
    from cellwright.app.fleet import show as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import show as view

    request = use_case.ShowRequest(
        selectors=arguments.chosen_selectors, relatives=arguments.relatives, page=arguments.page
    )
    with spinner(invocation.error.stream, "reading the fleet"):
        shown = invocation.look(use_case.show, request)
    invocation.answer_in_parts(lambda: view.show(shown), lambda: document.units(shown))
    return exit_codes.DONE
