"""Look for what is not as it was applied, and repair it.

Panel: Change 224
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import (
    DetachOption,
    ParallelOption,
    PlansWaitOption,
    ReasonOption,
    YesOption,
)

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation

DriftSelectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SELECTOR]...",
        help="Which units: client/acme, client/*/app, tier=gold; default: all.",
        show_default=False,
        autocompletion=completion.selectors,
    ),
]


@group(CommonArguments)
def drift(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Real resources that are not as they were applied; alone, it lists them, equal ones in groups."""
    from cellwright.cli.interaction.drift import show_drift

    return show_drift(invocation, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(CommonArguments):
    """The arguments of `drift status`."""

    selectors: DriftSelectors = None


@command(StatusArguments, of=drift)
def status(invocation: Invocation, arguments: StatusArguments) -> int:
    """List the drift of some units, equal ones in groups."""
    from cellwright.cli.interaction.drift import show_drift

    return show_drift(invocation, tuple(arguments.selectors or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArguments(CommonArguments):
    """The arguments of `drift show`."""

    unit: Annotated[
        str,
        typer.Argument(
            metavar="UNIT", help="A unit's address: client/acme/app.", autocompletion=completion.units
        ),
    ]


@command(ShowArguments, of=drift)
def show(invocation: Invocation, arguments: ShowArguments) -> int:
    """Show one unit: what differs, since when, how often it was seen, and what has ended."""
    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import unit_named
    from cellwright.app.drift.listing import show_unit
    from cellwright.cli.views.change import drift as view

    found = invocation.look(show_unit, unit_named(arguments.unit))
    invocation.answer(lambda: view.unit(found), lambda: document.unit_history(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AckArguments(CommonArguments):
    """The arguments of `drift ack`."""

    unit: Annotated[
        str,
        typer.Argument(
            metavar="[UNIT]",
            help="A unit's address; or name a group.",
            show_default=False,
            autocompletion=completion.units,
        ),
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
    from cellwright.cli.views.change import drift as view

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

    found = invocation.act(unacknowledge, arguments.id, arguments.reason)
    invocation.answer(lambda: Text(f"{found.id} has ended"), lambda: document.acknowledgement(found))
    return exit_codes.DONE


@command(CommonArguments, of=drift)
def acks(invocation: Invocation, _arguments: CommonArguments) -> int:
    """List who has acknowledged what, why, and until when."""
    from datetime import UTC, datetime

    from cellwright.api.runs import drift as document
    from cellwright.app.drift.acknowledging import list_acknowledgements
    from cellwright.cli.views.change import drift as view
    from cellwright.ledger.database.clock import milliseconds

    found = invocation.look(list_acknowledgements)
    now = milliseconds(datetime.now(UTC))
    invocation.answer(lambda: view.acknowledgements(found, now), lambda: document.acknowledgements(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments(CommonArguments):
    """The arguments of `drift run`."""

    selectors: DriftSelectors = None
    due: Annotated[
        bool,
        typer.Option("--due", help="Go by the schedules of fleet.yaml: look at what is due now, then end."),
    ] = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    detailed: Annotated[bool, typer.Option("--exit-code", help="End with exit code 3 if there is drift.")] = (
        False
    )


@command(RunArguments, of=drift)
def run(invocation: Invocation, arguments: RunArguments) -> int:
    """Look for drift now: plan what is up to date by its settings, and apply nothing.

    It goes through the queue, where everything else comes first, and within the budget of fleet.yaml. With
    --due it does what a server does by the schedules, so that cron or Jenkins can call it.
    """
    from cellwright.cli.interaction.drift import Looks, run_looks

    if arguments.due and arguments.selectors:
        raise typer.BadParameter("--due looks at what the schedules name: leave out the selectors")
    looks = Looks(
        selectors=tuple(arguments.selectors or ()),
        due=arguments.due,
        parallel=arguments.parallel,
        reason=arguments.reason,
    )
    return run_looks(invocation, looks, detailed=arguments.detailed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairArguments(CommonArguments):
    """The arguments of `drift repair`."""

    selectors: DriftSelectors = None
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="GROUP", help="Only this drift, by its group.", show_default=False),
    ] = None
    strategy: Annotated[
        str,
        typer.Option(
            "--strategy",
            metavar="NAME",
            help="A name below `rollouts` in fleet.yaml; default: the only one.",
            show_default=False,
        ),
    ] = ""
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    detach: DetachOption = False
    plans_wait: PlansWaitOption = False
    yes: YesOption = False


@command(RepairArguments, of=drift)
def repair(invocation: Invocation, arguments: RepairArguments) -> int:
    """Bring drifted units back, as a rollout: in waves, planned, and approved by what the plans do.

    Without --group, drift that is acknowledged is left as it is. The rollout is one like any other:
    `cellwright rollout` shows, pauses and halts it.
    """
    from cellwright.app.drift.repairing import RepairRequest
    from cellwright.cli.interaction.drift import repair_drift
    from cellwright.cli.interaction.rollouts import Following
    from cellwright.engine.approval import YES

    request = RepairRequest(
        selectors=tuple(arguments.selectors or ()),
        groups=tuple(arguments.groups or ()),
        strategy=arguments.strategy,
        reason=arguments.reason,
        approved_how=YES if arguments.yes and not arguments.plans_wait else "",
    )
    following = Following(detach=arguments.detach, parallel=arguments.parallel, asks=not arguments.yes)
    return repair_drift(invocation, request, following)


@command(CommonArguments, of=drift)
def schedules(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Say when each schedule of fleet.yaml looks next, and what became of its newest window."""
    from cellwright.api.runs import drift as document
    from cellwright.app.drift.schedules import list_schedules
    from cellwright.cli.views.change import drift as view

    found = invocation.look(list_schedules)
    invocation.answer(lambda: view.schedules(found), lambda: document.schedules(found))
    return exit_codes.DONE
