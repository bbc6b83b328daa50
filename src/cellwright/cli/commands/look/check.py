"""Check the whole fleet's settings, without starting Terraform.

Panel: Look 110
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(CommonArguments)
def check(invocation: Invocation, _arguments: CommonArguments) -> int:
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
    invocation.answer(lambda: view.diagnostics(found, "no findings"), lambda: document.diagnostics(found))
    return exit_codes.FINDINGS if has_errors(found) else exit_codes.DONE
