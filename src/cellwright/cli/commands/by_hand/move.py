"""Move resources to another stack's states.

Panel: By hand 276
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArguments(CommonArguments):
    """The arguments of `move`."""

    units: Annotated[
        str,
        typer.Argument(
            metavar="UNITS",
            help="The units that have the resources: client/*/app.",
            autocompletion=completion.selectors,
        ),
    ]
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack of the same cells that gets them.")]
    addresses: Annotated[
        list[str], typer.Argument(metavar="ADDRESS...", help="Resources, instances or modules.")
    ]
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")
    ] = False
    reason: ReasonOption = ""
    yes: YesOption = False


@command(MoveArguments)
def move(invocation: Invocation, arguments: MoveArguments) -> int:
    """Move resources to another stack of the same cell: a stack is split, or two become one.

    First both stacks are changed: one says no more of the resources, the other one says the same. Then both
    units are planned on copies of their states; where something would be made or destroyed, nothing is done.
    After a crash, the same command goes on.
    """
    from cellwright.api.fleet import moves as document
    from cellwright.app.moves import resources as use_case
    from cellwright.cli.interaction.approval import confirm_name
    from cellwright.cli.interaction.conversation import open_conversation
    from cellwright.cli.views.change import moves as view
    from cellwright.engine.approval import Uninterrupted
    from cellwright.model.diagnostic import DiagnosticError

    invocation.needs_folder(
        "`move` needs both stacks as they are on this machine, changed and not committed perhaps",
        "rename, relocate and apply take --server",
    )
    request = use_case.MoveRequest(
        selectors=[arguments.units],
        stack=arguments.stack,
        addresses=arguments.addresses,
        reason=arguments.reason,
    )
    fleet, actor = invocation.fleet, invocation.actor
    with open_conversation(invocation.error, preapproved=True) as terminal:
        planned = use_case.plan_move(fleet, actor, request, terminal.conversation)
    faults = [fault for item in planned for fault in item.faults]
    if arguments.dry_run:
        invocation.answer(lambda: view.planned(planned), lambda: document.moves(planned))
        return exit_codes.FINDINGS if faults else exit_codes.DONE
    invocation.error.show(view.planned(planned))
    if faults:
        raise DiagnosticError(*faults)
    if not arguments.yes:
        question = "Move these resources? Only 'yes' is taken as a yes: "
        confirm_name(invocation.error, "yes", question, Uninterrupted())
    shown = replace(request, basis={item.source: item.basis for item in planned})
    done = use_case.with_warnings(use_case.move_resources(fleet, actor, shown), planned)
    invocation.answer(lambda: view.moved(done), lambda: document.moves(done))
    return exit_codes.DONE
