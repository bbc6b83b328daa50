"""Try to restore ledger and states, and record how it went.

Panel: Look back 338
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@group(CommonArguments)
def drill(_invocation: Invocation, _arguments: CommonArguments) -> int:
    """Try what has to work in an emergency, and record how it went."""
    raise typer.BadParameter("name what to try: `cellwright drill restore`")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreArguments(CommonArguments):
    """The arguments of `drill restore`."""

    cells: Annotated[
        list[str] | None,
        typer.Option(
            "--cells",
            metavar="SELECTOR",
            help="Only the states of these: client/acme, tier=gold; repeatable. Default: all.",
            show_default=False,
        ),
    ] = None
    backup: Annotated[
        str,
        typer.Option(
            "--backup",
            metavar="PLACE",
            help="A backup of the ledger, restored beside: its file or URL. Default: a copy is made.",
            show_default=False,
        ),
    ] = ""
    reason: ReasonOption = ""


@command(RestoreArguments, of=drill)
def restore(invocation: Invocation, arguments: RestoreArguments) -> int:
    """Restore the ledger and the states beside, compare them with what is recorded, and record the drill.

    Nothing of the originals is changed; the copies are removed. Exit code 1 unless everything is as recorded.
    """
    from cellwright.api.records import drill as document
    from cellwright.app.evidence.drill.restoring import DrillRequest, DrillResult, drill_restore
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import drill as view

    request = DrillRequest(
        cells=tuple(arguments.cells or ()), backup=arguments.backup, reason=arguments.reason
    )
    told, message = _progress()
    with spinner(invocation.error.stream, message):
        found = drill_restore(invocation.fleet, invocation.actor, request, told)
    invocation.answer(lambda: view.drill(found), lambda: document.drill(found))
    return exit_codes.DONE if found.result is DrillResult.PASSED else exit_codes.FINDINGS


def _progress() -> tuple[Callable[[str], None], Callable[[], str]]:
    """A callback that takes what goes on, and a function that gives it."""
    what = "restoring"

    def tell(now: str) -> None:
        nonlocal what
        what = now

    return tell, lambda: what
