"""Show the resolved inputs of units.

Panel: Look 120
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import PageArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(PageArguments)
def show(invocation: Invocation, arguments: PageArguments) -> int:
    """Show units with their resolved inputs, as Terraform will be given them.

    Outputs of other units are shown as references; sensitive values are masked. Of a unit that is to be
    destroyed, what it was applied with is shown: that is what a destroy runs with.
    """
    from cellwright.api.fleet import show as document
    from cellwright.app.fleet import show as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views import show as view

    request = use_case.ShowRequest(
        selectors=arguments.chosen_selectors, relatives=arguments.relatives, page=arguments.page
    )
    with spinner(invocation.error.stream, "reading the fleet"):
        shown = invocation.look(use_case.show, request)
    invocation.answer_in_parts(lambda: view.show(shown), lambda: document.units(shown))
    return exit_codes.DONE
