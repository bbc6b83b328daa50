"""Write the pipelines of a CI system.

Panel: Begin 40
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.ci.facts import System
from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class CiArguments(CommonArguments):
    """The arguments of `ci`."""

    system: Annotated[
        System, typer.Argument(metavar="SYSTEM", help="github, gitlab or jenkins.", show_default=False)
    ]
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")] = False
    force: Annotated[
        bool, typer.Option("--force", help="Also write over files that were changed by hand.")
    ] = False


@command(CiArguments)
def ci(invocation: Invocation, arguments: CiArguments) -> int:
    """Write the pipelines by which GitHub, GitLab or Jenkins checks, plans and applies the fleet.

    What they need is said by `ci:` in fleet.yaml. Run it again after a change there, or with a newer
    Cellwright: its own files are updated. One that was changed by hand is left as it is, and what
    differs is shown.
    """
    from cellwright.api.fleet import pipelines as document
    from cellwright.app.pipelines import writing as use_case
    from cellwright.cli.views.begin import pipelines as view

    request = use_case.PipelinesRequest(
        system=arguments.system, dry_run=arguments.dry_run, force=arguments.force
    )
    invocation.refuse_server()
    written = use_case.write_pipelines(invocation.fleet, request)
    invocation.answer(lambda: view.pipelines(written), lambda: document.pipelines(written))
    return exit_codes.FINDINGS if written.kept else exit_codes.DONE
