"""Check the whole fleet's settings.

Panel: Look 110
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.output_format import Format, FormatOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


SecurityOption = Annotated[
    bool,
    typer.Option(
        "--security", help="Judge the security of the stacks too, by checkov, which has to be installed."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckArguments(CommonArguments):
    """The arguments of `check`."""

    form: FormatOption = None
    security: SecurityOption = False


@command(CheckArguments)
def check(invocation: Invocation, arguments: CheckArguments) -> int:
    """Check the whole fleet's settings: every finding in one go, with its place and what to do.

    Changes nothing, and starts Terraform only to ask which version it is. Exit code 1 if there is an error;
    warnings alone give 0.

    With --security every stack in use is judged by checkov, offline, too. What is right as it is says so
    in the resource: #checkov:skip=RULE:WHY
    """
    from cellwright.api import diagnostics as document
    from cellwright.app.fleet import check as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views import diagnostics as view
    from cellwright.model.diagnostic import has_errors

    with spinner(invocation.error.stream, "reading the fleet"):
        found = invocation.look(use_case.check)
    if arguments.security:
        from cellwright.app.fleet.security_check import security_findings

        with spinner(invocation.error.stream, "judging the stacks' security"):
            found = (*found, *security_findings(invocation.fleet))
    if arguments.form is Format.MARKDOWN:
        from cellwright.cli.views.markdown.findings import findings

        invocation.answer_in_markdown(lambda: findings(found))
    else:
        invocation.answer(lambda: view.diagnostics(found, "no findings"), lambda: document.diagnostics(found))
    return exit_codes.FINDINGS if has_errors(found) else exit_codes.DONE
