"""Write a fleet from Terraform, Terragrunt or Atmos.

Panel: Begin 13
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


class Tool(Enum):
    """Whose trees are read."""

    TERRAFORM = "terraform"
    TERRAGRUNT = "terragrunt"
    ATMOS = "atmos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments(CommonArguments):
    """The arguments of `import`."""

    tool: Annotated[Tool, typer.Argument(metavar="TOOL", help="terraform, terragrunt or atmos.")]
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the tree; it stays as it is.")]
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Where to write the fleet: a new or empty folder.")
    ] = Path("fleet")
    source_map: Annotated[
        list[str] | None,
        typer.Option(
            "--source-map",
            metavar="FROM=TO",
            help="Take a folder, or another address, for a repository of modules; may be repeated.",
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False


@command(ImportArguments, name="import")
def import_(invocation: Invocation, arguments: ImportArguments) -> int:
    """Write a fleet that has the units of a tree of Terraform, Terragrunt or Atmos, and their states.

    What can't be told from the tree is not guessed: it is named with its place, and marked TODO in the fleet.
    A unit whose state can't be found that way is switched off. Then look: `cellwright check`, `cellwright
    ledger adopt`, `cellwright plan`.
    """
    from cellwright.api.fleet import imported as document
    from cellwright.app.importing import importing as use_case
    from cellwright.cli.views.begin import imported as view

    invocation.refuse_server()
    request = use_case.ImportRequest(
        tool=arguments.tool.value,
        folder=arguments.folder,
        to=arguments.to,
        source_map=tuple(arguments.source_map or ()),
        dry_run=arguments.dry_run,
    )
    found = use_case.import_fleet(request, invocation.environment)
    invocation.answer(lambda: view.imported(found), lambda: document.imported(found))
    return exit_codes.DONE
