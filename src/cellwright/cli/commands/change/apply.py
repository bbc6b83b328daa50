"""Carry out the changes, or a saved plan.

Panel: Change 220
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser import completion
from cellwright.cli.parser.command import command
from cellwright.cli.parser.planning_arguments import PlanningArguments
from cellwright.cli.parser.selection import (
    AcceptStateOption,
    AllowDirtyOption,
    DestroyOption,
    MoveStateOption,
    ParallelOption,
    ReasonOption,
    YesOption,
)

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyArguments(PlanningArguments):
    """The arguments of `apply`."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SELECTOR]...",
            help="Which units: client/acme, client/*/app, tier=gold; default: all changes.",
            show_default=False,
            autocompletion=completion.selectors,
        ),
    ] = None
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="FILE",
            help="Carry out the plans in FILE, from `plan -o FILE`, and nothing else.",
            show_default=False,
        ),
    ] = None
    stored: Annotated[
        str,
        typer.Option(
            "--stored",
            metavar="NAME",
            help="Carry out the plans that `plan --store NAME` has kept, and nothing else.",
            show_default=False,
        ),
    ] = ""
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
    allow_dirty: AllowDirtyOption = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@command(ApplyArguments)
def apply(invocation: Invocation, arguments: ApplyArguments) -> int:
    """Carry out the changes: plan, show, ask, and apply exactly what was shown.

    With --plan, apply the plans that `plan -o` has saved. The first Ctrl-C stops after the units that run,
    the second kills them.
    """
    from cellwright.app.runs import apply as use_case
    from cellwright.app.runs.choosing import Selection
    from cellwright.cli.interaction.conversation import open_conversation, print_report

    plan_file = _plan_file(invocation, arguments)
    if plan_file is not None or arguments.stored:
        selection = Selection(accepted=arguments.accept_state)
    else:
        selection = Selection(
            arguments.chosen_selectors,
            arguments.relatives,
            arguments.destroy,
            thorough=arguments.every,
            accepted=arguments.accepting(arguments.accept_state),
            options=arguments.options(destroy=arguments.destroy),
        )
    request = use_case.ApplyRequest(
        selection=selection,
        plan_file=plan_file,
        stored=arguments.stored,
        parallel=arguments.parallel,
        reason=arguments.reason,
        move_states=arguments.move_state,
        allow_dirty=arguments.allow_dirty,
    )
    # A saved plan was shown when it was made.
    preapproved = arguments.yes or plan_file is not None or bool(arguments.stored)
    talking = open_conversation(
        invocation.error, preapproved=preapproved, full=arguments.full, saved_plans=True
    )
    with talking as terminal:
        report = invocation.act(use_case.apply, request, terminal.conversation)
    return print_report(invocation, report, terminal.interrupts)


def _plan_file(invocation: Invocation, arguments: ApplyArguments) -> Path | None:
    """Return the saved plan that the arguments name; None if they name units.

    What lies in the current folder decides nothing: else a file that somebody puts where a unit's address
    leads would be taken for a plan that was approved.

    Raises:
        typer.BadParameter: there is a plan, and an argument that only counts while a plan is made; or there
            is no such file.
    """
    names = arguments.chosen_selectors
    path = arguments.plan
    if path is None:
        found = [name for name in names if _is_path(name)]
        if not found:
            if arguments.stored:
                _refuse_others(arguments, names, f"the stored plans '{arguments.stored}'")
            _tell_of_namesake(invocation, names)
            return None
        path, names = Path(found[0]), tuple(name for name in names if name != found[0])
    if arguments.stored:
        raise typer.BadParameter(f"'{path}' is a saved plan: leave out either it or --stored")
    _refuse_others(arguments, names, f"'{path}' is a saved plan, whose units")
    if not path.is_file():
        make = f"cellwright plan -o {shlex.quote(str(path))}"
        raise typer.BadParameter(f"there is no plan file '{path}'; make one with: {make}")
    return path


def _refuse_others(arguments: ApplyArguments, names: Sequence[str], what: str) -> None:
    others = (arguments.destroy, arguments.every, arguments.move_state, names)
    made = (arguments.refresh_only, arguments.replace, arguments.target, arguments.exclude)
    listed = (arguments.target_file, arguments.exclude_file)
    if any((*others, *made, *listed)) or arguments.with_upstreams or arguments.with_downstreams:
        raise typer.BadParameter(
            f"{what} can't be changed: leave out selectors, --all, --destroy, --move-state, --with-..., "
            "--refresh-only, --replace, --target, --target-file, --exclude, --exclude-file"
        )


def _is_path(name: str) -> bool:
    """Tell whether an argument can only be a path: no selector of units begins with a slash or has a dot."""
    return name.startswith("/") or ("." in name and "=" not in name)


def _tell_of_namesake(invocation: Invocation, names: Sequence[str]) -> None:
    for name in names:
        if Path(name).is_file():
            invocation.note(f"'{name}' selects units; to apply the saved plan of that name: --plan {name}")
