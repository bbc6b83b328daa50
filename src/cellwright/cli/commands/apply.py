"""Carry out the changes, or a saved plan.

Panel: Change 220
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import (
    AcceptStateOption,
    DestroyOption,
    MoveStateOption,
    ParallelOption,
    ReasonOption,
    SelectionArguments,
    YesOption,
)

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyArguments(SelectionArguments):
    """The arguments of `apply`."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE | SELECTOR...]",
            help="A saved plan, or which units: client/acme, client/*/app, tier=gold; default: all changes.",
            show_default=False,
        ),
    ] = None
    destroy: DestroyOption = False
    accept_state: AcceptStateOption = ""
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also units that are up to date: repairs drift, and records what runs them now.",
        ),
    ] = False
    move_state: MoveStateOption = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@command(ApplyArguments)
def apply(invocation: Invocation, arguments: ApplyArguments) -> int:
    """Carry out the changes: plan, show, ask, and apply exactly what was shown.

    With a FILE from `plan -o`, apply that plan. The first Ctrl-C stops after the units that run, the
    second kills them.
    """
    from cellwright.app.runs import apply as use_case
    from cellwright.app.runs.choosing import Selection
    from cellwright.cli.interaction.conversation import open_conversation, print_report

    plan_file = _plan_file(arguments)
    accepted = arguments.accepting(arguments.accept_state)
    selection = Selection(
        arguments.chosen_selectors,
        arguments.relatives,
        arguments.destroy,
        thorough=arguments.every,
        accepted=accepted,
    )
    request = use_case.ApplyRequest(
        selection=Selection(accepted=accepted) if plan_file else selection,
        plan_file=plan_file,
        parallel=arguments.parallel,
        reason=arguments.reason,
        move_states=arguments.move_state,
    )
    # A saved plan was shown when it was made.
    preapproved = arguments.yes or plan_file is not None
    with open_conversation(invocation.error, preapproved=preapproved) as terminal:
        report = use_case.apply(invocation.fleet, invocation.actor, request, terminal.conversation)
    return print_report(invocation, report, terminal.interrupts)


def _plan_file(arguments: ApplyArguments) -> Path | None:
    """Return the saved plan that the arguments name; None if they name units.

    Raises:
        typer.BadParameter: there is a plan, and an option that only counts while a plan is made; or the
            argument looks like a file, and there is none.
    """
    if len(arguments.chosen_selectors) != 1:
        return None
    [name] = arguments.chosen_selectors
    path = Path(name)
    if not path.is_file():
        if "." in name and "=" not in name:
            raise typer.BadParameter(f"there is no plan file '{name}', and no unit has a dot in its name")
        return None
    others = (arguments.destroy, arguments.every, arguments.move_state)
    if any(others) or arguments.with_upstreams or arguments.with_downstreams:
        raise typer.BadParameter(
            f"'{name}' is a saved plan, whose units can't be changed: leave out --all, --destroy, "
            "--move-state, --with-..."
        )
    return path
