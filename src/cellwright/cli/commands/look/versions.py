"""Show versions of stacks and programs, applied and wanted.

Panel: Look 155
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import SelectionArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(SelectionArguments)
def versions(invocation: Invocation, arguments: SelectionArguments) -> int:
    """Show which version of its stack each unit was applied with, and which one its settings want now.

    Then the same of the Terraform or OpenTofu that runs them. Units with the same versions stand together;
    `--json` names each. To list single units: `status --applied-with tofu`.
    """
    from cellwright.api.fleet import versions as document
    from cellwright.app.status import versions as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import versions as view

    request = use_case.VersionsRequest(selectors=arguments.chosen_selectors, relatives=arguments.relatives)
    with spinner(invocation.error.stream, "comparing the fleet with the ledger"):
        found = invocation.look(use_case.versions, request)
    invocation.answer(lambda: view.versions(found), lambda: document.versions(found))
    return exit_codes.DONE
