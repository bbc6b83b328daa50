"""Show what differs between two revisions of the fleet.

Panel: Look 125
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

_MOST_REVISIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffArguments(CommonArguments):
    """The arguments of `diff`."""

    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REV [REV]]",
            help="Branches, tags or commits; default: HEAD and the work tree. A..B and A...B as in git.",
            show_default=False,
        ),
    ] = None
    cells: Annotated[
        list[str] | None,
        typer.Option(
            "--cells",
            metavar="SELECTOR",
            help="Only these cells: client/acme, client/*, tier=gold; may be repeated.",
            show_default=False,
        ),
    ] = None
    every: Annotated[bool, typer.Option("--all", help="Name every unit and cell, not only three.")] = False
    detailed: Annotated[
        bool, typer.Option("--exit-code", help="End with exit code 3 if anything differs.")
    ] = False
    form: FormatOption = None


@command(DiffArguments)
def diff(invocation: Invocation, arguments: DiffArguments) -> int:
    """Show what differs for whom between two revisions of the fleet: resolved, grouped, with the lines.

    Starts no Terraform, and leaves the work tree as it is. Examples:

      cellwright diff                        what is not committed yet
      cellwright diff main                   main and the work tree
      cellwright diff v1 v2 --cells 'tier=gold'
      cellwright diff origin/main... --format markdown    for a pull request
    """
    from cellwright.api.fleet import diff as document
    from cellwright.app.fleet import diff as use_case
    from cellwright.cli.progress.spinner import spinner

    revisions = tuple(arguments.revisions or ())
    if len(revisions) > _MOST_REVISIONS:
        raise typer.BadParameter("two revisions are compared, not more", param_hint="[REV [REV]]")
    request = use_case.DiffRequest(revisions=revisions, cells=tuple(arguments.cells or ()))
    with spinner(invocation.error.stream, "comparing two revisions of the fleet"):
        found = use_case.diff(invocation.fleet, request)
    if arguments.form is Format.MARKDOWN:
        from cellwright.cli.views.markdown.diff import diff_page

        invocation.answer_in_markdown(lambda: diff_page(found))
    else:
        from cellwright.cli.views.look import diff as view

        invocation.answer(lambda: view.diff(found, every=arguments.every), lambda: document.diff(found))
    return exit_codes.CHANGES if arguments.detailed and not found.is_empty else exit_codes.DONE
