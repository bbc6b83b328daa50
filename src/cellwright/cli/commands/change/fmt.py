"""Format the fleet's YAML files.

Panel: Change 265
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class FmtArguments(CommonArguments):
    """The arguments of `fmt`."""

    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Only these files of the fleet.", show_default=False),
    ] = None
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file is not formatted.")
    ] = False
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False


@command(FmtArguments)
def fmt(invocation: Invocation, arguments: FmtArguments) -> int:
    """Format the fleet's YAML files: indents of two, single spaces, no double empty lines.

    Comments, quotes, anchors, tags and numbers stay as they are written, and what a file says stays the
    same: a file of which that is not sure is left as it is. Stacks are not YAML: format them by
    terraform fmt or tofu fmt.
    """
    from cellwright.app.fleet import formatting as use_case
    from cellwright.cli.views.change import formatting as view

    invocation.refuse_server()
    writes = not (arguments.check or arguments.diff)
    request = use_case.FormatRequest(tuple(arguments.files or ()), writes)
    found = use_case.format_files(invocation.fleet.root, request)
    invocation.answer(
        lambda: view.report(found, written=writes, diff=arguments.diff),
        lambda: {
            "files": found.looked_at,
            "changed": [item.path for item in found.changed],
            "written": writes,
            "findings": [str(item) for item in found.faults],
        },
    )
    wrong = found.faults or (arguments.check and found.changed)
    return exit_codes.FINDINGS if wrong else exit_codes.DONE
