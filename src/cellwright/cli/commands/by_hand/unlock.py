"""Take away the lock of a unit's state, and its lease.

Panel: By hand 274
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, UnitArgument, YesOption

if TYPE_CHECKING:
    from rich.text import Text

    from cellwright.app.by_hand.unlocking import FoundLocks
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockArguments(CommonArguments):
    """The arguments of `unlock`."""

    unit: UnitArgument
    reason: ReasonOption = ""
    although_held: Annotated[
        str,
        typer.Option(
            "--although-held",
            metavar="REASON",
            help="Take it from a process that may be at work; what that does then, nobody records.",
            show_default=False,
        ),
    ] = ""
    yes: YesOption = False


@command(UnlockArguments)
def unlock(invocation: Invocation, arguments: UnlockArguments) -> int:
    """Show who holds the lock of a unit's state and its lease, since when and for what; ask; take them away.

    Refused while a process that may be at work holds them. With --json and without --yes it only shows.
    """
    from cellwright.api.runs import locks as document
    from cellwright.app.by_hand.unlocking import UnlockRequest, find_locks
    from cellwright.app.by_hand.unlocking import unlock as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.change import locks as view

    request = UnlockRequest(
        unit=arguments.unit, reason=arguments.reason, although_held=arguments.although_held
    )
    with spinner(invocation.error.stream, "asking who holds it"):
        found = invocation.look(find_locks, request.unit)
    if not invocation.json:
        invocation.output.show(view.locks(found, by_server=invocation.server is not None))
    removes = not found.nothing and (arguments.yes or not invocation.json)
    if removes:
        if not arguments.yes and not _confirmed(invocation, found):
            return exit_codes.FINDINGS
        invocation.act(use_case, request, found)
    invocation.answer(lambda: _told(found), lambda: document.locks(found, removed=removes))
    return exit_codes.DONE


def _confirmed(invocation: Invocation, found: FoundLocks) -> bool:
    from cellwright.cli.interaction.approval import ask
    from cellwright.cli.interaction.interrupts import SignalInterrupts
    from cellwright.cli.screen.screen import interactive
    from cellwright.model.diagnostic import DiagnosticError, error

    if not interactive():
        raise DiagnosticError(
            error(f"nothing was taken from {found.unit}: there is no terminal to ask on", "pass --yes")
        )
    signals = SignalInterrupts()
    with signals.listening():
        question = "Take this away? Only 'yes' is taken as a yes: "
        return ask(invocation.error, question, signals) == "yes"


def _told(found: FoundLocks) -> Text:
    from rich.text import Text

    if found.nothing:
        return Text("nobody holds it; nothing was done")
    parts = [name for name, item in (("the lock", found.lock), ("the lease", found.lease)) if item]
    return Text(f"{' and '.join(parts)} of {found.unit} were taken away")
