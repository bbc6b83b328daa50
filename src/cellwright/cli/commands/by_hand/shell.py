"""Open a shell in a unit's folder.

Panel: By hand 272
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, UnitArgument

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellArguments(CommonArguments):
    """The arguments of `shell`."""

    unit: UnitArgument
    reason: ReasonOption = ""


@command(ShellArguments)
def shell(invocation: Invocation, arguments: ShellArguments) -> int:
    """Open a shell in a unit's folder, with Terraform on the PATH and the unit's variables and credentials.

    The unit is held until the shell ends. That somebody was there is recorded, and whether the state is
    another one afterwards; what is applied there passes no policy. CELLWRIGHT_UNIT names the unit.
    """
    from cellwright.app.by_hand.working import WorkRequest, run_shell
    from cellwright.cli.interaction.attached import signals_passed_to
    from cellwright.cli.screen.screen import interactive

    if invocation.json:
        raise typer.BadParameter("what is printed is the shell's own", param_hint="--json")
    invocation.needs_folder(
        "the shell is opened on this machine, in the unit's folder: a server has no terminal for it",
        f"what a server answers: cellwright plan, apply, output and unlock {arguments.unit} --server",
    )
    at_terminal = interactive()
    if at_terminal:
        invocation.note(f"A shell in the folder of {arguments.unit}; `exit` gives the unit back.")
    request = WorkRequest(unit=arguments.unit, reason=arguments.reason, at_terminal=at_terminal)
    return run_shell(invocation.fleet, invocation.actor, request, signals_passed_to)
