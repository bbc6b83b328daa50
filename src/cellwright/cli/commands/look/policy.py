"""List the policies that judge every plan, or test them.

Panel: Look 170
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@group(CommonArguments)
def policy(invocation: Invocation, _arguments: CommonArguments) -> int:
    """List the policies that judge every plan of this fleet before it can be applied."""
    from cellwright.api.fleet import policy as document
    from cellwright.app.fleet import policy as use_case
    from cellwright.cli.views.look import policy as view

    found = invocation.look(use_case.list_policies)
    invocation.answer(lambda: view.policies(found), lambda: document.policies(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TestArguments(CommonArguments):
    """The arguments of `policy test`."""

    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="A folder of policies; default: those of the fleet and of its packs.",
            show_default=False,
        ),
    ] = None


@command(TestArguments, of=policy)
def test(invocation: Invocation, arguments: TestArguments) -> int:
    """Run the policies' tests (test_...). Every rule has to find something in one of them."""
    from cellwright.api.fleet import policy as document
    from cellwright.app.fleet import policy_trials as use_case
    from cellwright.cli.views.look import policy as view

    folder = arguments.folder
    found = (
        use_case.run_folder_tests(folder, invocation.environment)
        if folder
        else use_case.run_fleet_tests(invocation.fleet)
    )
    invocation.answer(lambda: view.tests(found), lambda: document.policy_tests(found))
    return exit_codes.DONE if found.passed else exit_codes.FINDINGS
