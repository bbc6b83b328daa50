"""Check the whole fleet's settings, without starting Terraform.

Panel: Look 110
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import MarkdownOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckArguments(CommonArguments):
    """The arguments of `check`."""

    markdown: MarkdownOption = False


@command(CheckArguments)
def check(invocation: Invocation, arguments: CheckArguments) -> int:
    """Check the whole fleet's settings: every finding in one go, with its place and what to do.

    Changes nothing, and starts Terraform only to ask which version it is. Exit code 1 if there is an error;
    warnings alone give 0.
    """
    from cellwright.api import diagnostics as document
    from cellwright.app.fleet import check as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views import diagnostics as view
    from cellwright.model.diagnostic import has_errors

    with spinner(invocation.error.stream, "reading the fleet"):
        found = invocation.look(use_case.check)
    if arguments.markdown:
        from cellwright.cli.views.markdown.findings import findings

        invocation.answer_in_markdown(lambda: findings(found))
    else:
        invocation.answer(lambda: view.diagnostics(found, "no findings"), lambda: document.diagnostics(found))
    return exit_codes.FINDINGS if has_errors(found) else exit_codes.DONE
