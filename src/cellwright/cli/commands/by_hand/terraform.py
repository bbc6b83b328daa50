"""Run a command of Terraform in a unit's folder.

Panel: By hand 270
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption, UnitArgument

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformArguments(CommonArguments):
    """The arguments of `terraform`."""

    unit: UnitArgument
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="-- ARGS...", help="The command, as Terraform takes it: state list.", show_default=False
        ),
    ] = None
    reason: ReasonOption = ""
    without_policies: Annotated[
        str,
        typer.Option(
            "--without-policies",
            metavar="REASON",
            help="Let apply and destroy change real resources past policies and approvals; recorded.",
            show_default=False,
        ),
    ] = ""


@command(TerraformArguments)
def terraform(invocation: Invocation, arguments: TerraformArguments) -> int:
    """Run a command of Terraform, or OpenTofu, with a unit's folder, backend, variables and credentials.

    The exit code is Terraform's. What may change the state is recorded before it begins and when it has
    ended, and the unit is held meanwhile; afterwards it counts as changed, until it is applied again.
    """
    from cellwright.app.by_hand.working import WorkRequest, run_terraform
    from cellwright.cli.interaction.attached import signals_passed_to
    from cellwright.cli.screen.screen import interactive

    if invocation.json:
        raise typer.BadParameter(
            "what is printed is Terraform's own; ask it for JSON: -- output -json", param_hint="--json"
        )
    invocation.needs_folder(
        "Terraform is run on this machine, in the unit's folder: a server has no terminal for it",
        f"what a server answers: cellwright plan, apply, output and unlock {arguments.unit} --server",
    )
    request = WorkRequest(
        unit=arguments.unit,
        arguments=tuple(arguments.given or ()),
        reason=arguments.reason,
        without_policies=arguments.without_policies,
        at_terminal=interactive(),
    )
    return run_terraform(invocation.fleet, invocation.actor, request, signals_passed_to)
