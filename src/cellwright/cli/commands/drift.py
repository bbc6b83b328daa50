"""Look for what is not as it was applied, and repair it.

Panel: Change 224
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation

DriftSelectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SELECTOR]...",
        help="Which units: client/acme, client/*/app, tier=gold; default: all.",
        show_default=False,
    ),
]


@group(CommonArguments)
def drift(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Real resources that are not as they were applied; alone, it lists them, equal ones in groups."""
    from cellwright.cli.interaction.drift import show_drift

    return show_drift(invocation, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArguments(CommonArguments):
    """The arguments of `drift list`."""

    selectors: DriftSelectors = None


@command(ListArguments, of=drift)
def list(invocation: Invocation, arguments: ListArguments) -> int:  # noqa: A001  the command's name
    """List the drift of some units, equal ones in groups."""
    from cellwright.cli.interaction.drift import show_drift

    return show_drift(invocation, tuple(arguments.selectors or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArguments(CommonArguments):
    """The arguments of `drift show`."""

    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's address: client/acme/app.")]


@command(ShowArguments, of=drift)
def show(invocation: Invocation, arguments: ShowArguments) -> int:
    """Show one unit: what differs, since when, how often it was seen, and what has ended."""
    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import unit_named
    from cellwright.app.drift.listing import show_unit
    from cellwright.cli.views import drift as view

    found = show_unit(invocation.fleet, unit_named(arguments.unit))
    invocation.answer(lambda: view.unit(found), lambda: document.unit_history(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AckArguments(CommonArguments):
    """The arguments of `drift ack`."""

    unit: Annotated[
        str,
        typer.Argument(metavar="[UNIT]", help="A unit's address; or name a group.", show_default=False),
    ] = ""
    group: Annotated[
        str,
        typer.Option(
            "--group",
            metavar="GROUP",
            help="All units with this drift, later ones too.",
            show_default=False,
        ),
    ] = ""
    resource: Annotated[
        str,
        typer.Option(
            "--resource", metavar="ADDRESS", help="Only this resource of the unit.", show_default=False
        ),
    ] = ""
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="DATE",
            help="The last day, or a moment: 2026-12-31, 2026-12-31T14:00Z.",
            show_default=False,
        ),
    ] = ""
    reason: ReasonOption = ""


@command(AckArguments, of=drift)
def ack(invocation: Invocation, arguments: AckArguments) -> int:
    """Leave drift as it is until a day; it shows again when that is past, or when it is another drift."""
    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import AckRequest, acknowledge
    from cellwright.cli.views import drift as view

    if not arguments.until:
        raise typer.BadParameter("say until when: --until DATE")
    request = AckRequest(
        reason=arguments.reason,
        until=arguments.until,
        unit=arguments.unit,
        group=arguments.group,
        resource=arguments.resource,
    )
    found = invocation.act(acknowledge, request)
    invocation.answer(lambda: view.acknowledged(found), lambda: document.acknowledgement(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class UnackArguments(CommonArguments):
    """The arguments of `drift unack`."""

    id: Annotated[str, typer.Argument(metavar="ID", help="`cellwright drift acks` lists them.")]
    reason: ReasonOption = ""


@command(UnackArguments, of=drift)
def unack(invocation: Invocation, arguments: UnackArguments) -> int:
    """End an acknowledgement before its time: the drift shows again."""
    from rich.text import Text

    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import unacknowledge

    found = unacknowledge(invocation.fleet, invocation.actor, arguments.id, arguments.reason)
    invocation.answer(lambda: Text(f"{found.id} has ended"), lambda: document.acknowledgement(found))
    return exit_codes.DONE


@command(CommonArguments, of=drift)
def acks(invocation: Invocation, _arguments: CommonArguments) -> int:
    """List who has acknowledged what, why, and until when."""
    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import list_acknowledgements
    from cellwright.cli.views import drift as view
    from cellwright.ledger.database.clock import milliseconds

    found = list_acknowledgements(invocation.fleet)
    now = milliseconds(invocation.fleet.now())
    invocation.answer(lambda: view.acknowledgements(found, now), lambda: document.acknowledgements(found))
    return exit_codes.DONE
