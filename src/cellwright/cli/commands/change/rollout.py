"""Change many cells in waves; watch, stop and take back.

Panel: Change 222
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.output_format import Format, FormatOption
from cellwright.cli.parser.selection import (
    DestroyOption,
    DetachOption,
    ParallelOption,
    PlansWaitOption,
    ReasonOption,
    YesOption,
)

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation

RolloutArgument = Annotated[
    str, typer.Argument(metavar="ROLLOUT", help="A rollout's id; `cellwright rollout status` lists them.")
]
StrategyArgument = Annotated[
    str,
    typer.Argument(
        metavar="[STRATEGY]",
        help="A name below `rollouts` in fleet.yaml; default: the only one.",
        show_default=False,
    ),
]
CellsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--cells",
        metavar="SELECTOR",
        help="Only these of its cells: client/eu-*, tier=gold; may be given several times.",
        show_default=False,
    ),
]
EveryOption = Annotated[bool, typer.Option("--all", help="Also cells that are up to date.")]


@group(CommonArguments)
def rollout(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Change many cells in waves; alone, it lists the rollouts."""
    from cellwright.cli.interaction.rollouts import show_list

    return show_list(invocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulateArguments(CommonArguments):
    """The arguments of `rollout simulate`."""

    strategy: StrategyArgument = ""
    cells: CellsOption = None
    destroy: DestroyOption = False
    every: EveryOption = False


@command(SimulateArguments, of=rollout)
def simulate(invocation: Invocation, arguments: SimulateArguments) -> int:
    """Say who would change when, and what the worst case is; nothing is begun."""
    from cellwright.api.runs import rollouts as document
    from cellwright.app.rollouts.preparing import RolloutRequest
    from cellwright.app.rollouts.start import simulate as use_case
    from cellwright.cli.views.change import rollouts as view

    request = RolloutRequest(
        strategy=arguments.strategy,
        cells=tuple(arguments.cells or ()),
        destroy=arguments.destroy,
        thorough=arguments.every,
    )
    found = invocation.look(use_case, request)
    invocation.answer(lambda: view.prepared(found), lambda: document.prepared(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class StartArguments(CommonArguments):
    """The arguments of `rollout start`."""

    strategy: StrategyArgument = ""
    cells: CellsOption = None
    destroy: DestroyOption = False
    every: EveryOption = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    detach: DetachOption = False
    plans_wait: PlansWaitOption = False
    yes: YesOption = False


@command(StartArguments, of=rollout)
def start(invocation: Invocation, arguments: StartArguments) -> int:
    """Show who changes when and the worst case, ask, and begin; then go on until it waits for a person.

    Without --yes, each thing that plans do is asked for once: who approves a plan approves all later ones
    that do the same in this rollout.
    """
    from cellwright.app.rollouts.preparing import RolloutRequest
    from cellwright.cli.interaction.rollouts import Following, start_rollout
    from cellwright.engine.approval import YES

    request = RolloutRequest(
        strategy=arguments.strategy,
        cells=tuple(arguments.cells or ()),
        destroy=arguments.destroy,
        thorough=arguments.every,
        reason=arguments.reason,
        approved_how=YES if arguments.yes and not arguments.plans_wait else "",
    )
    following = Following(detach=arguments.detach, parallel=arguments.parallel, asks=not arguments.yes)
    return start_rollout(invocation, request, following)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(CommonArguments):
    """The arguments of `rollout status`."""

    rollout: Annotated[
        str, typer.Argument(metavar="[ROLLOUT]", help="A rollout's id; default: a list.", show_default=False)
    ] = ""
    form: FormatOption = None


@command(StatusArguments, of=rollout)
def status(invocation: Invocation, arguments: StatusArguments) -> int:
    """List the rollouts, or show one: its waves, what failed, and what waits for a person.

    In Markdown a summary of one is written: of the newest, if none is named.
    """
    from cellwright.cli.interaction.rollouts import show_list, show_one

    markdown = arguments.form is Format.MARKDOWN
    if not arguments.rollout and not markdown:
        return show_list(invocation)
    return show_one(invocation, arguments.rollout, markdown=markdown)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskArguments(CommonArguments):
    """The arguments of a command that asks something of a rollout."""

    rollout: RolloutArgument
    reason: ReasonOption = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnArguments(AskArguments):
    """The arguments of a command after which a rollout goes on."""

    parallel: ParallelOption = None
    detach: DetachOption = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; what waits goes on waiting.")] = False


@command(AskArguments, of=rollout)
def pause(invocation: Invocation, arguments: AskArguments) -> int:
    """Begin no further cell; what has begun goes on."""
    return _ask(invocation, arguments, "pause")


@command(GoOnArguments, of=rollout)
def resume(invocation: Invocation, arguments: GoOnArguments) -> int:
    """Go on after a pause; or follow a rollout that nobody carries out."""
    return _ask(invocation, arguments, "resume")


@command(AskArguments, of=rollout)
def halt(invocation: Invocation, arguments: AskArguments) -> int:
    """Begin no cell any more; what has begun is finished. `rollout retry` goes on later."""
    return _ask(invocation, arguments, "halt")


@command(AskArguments, of=rollout)
def cancel(invocation: Invocation, arguments: AskArguments) -> int:
    """End a rollout, and cancel the runs that are at work."""
    return _ask(invocation, arguments, "cancel")


@command(AskArguments, of=rollout)
def expedite(invocation: Invocation, arguments: AskArguments) -> int:
    """Skip the bakes that are left, but the first wave's; --reason is needed."""
    return _ask(invocation, arguments, "expedite")


@command(GoOnArguments, of=rollout)
def retry(invocation: Invocation, arguments: GoOnArguments) -> int:
    """Do again what failed or was skipped, and what was never begun, from the same commit."""
    return _ask(invocation, arguments, "retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveArguments(GoOnArguments):
    """The arguments of `rollout approve`."""

    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group", metavar="GROUP", help="Only these plans, by their group.", show_default=False
        ),
    ] = None


@command(ApproveArguments, of=rollout)
def approve(invocation: Invocation, arguments: ApproveArguments) -> int:
    """Approve what a rollout waits for: its plans, with all later ones that do the same, or its next wave."""
    from cellwright.cli.interaction.rollouts import Following, approve_rollout

    following = Following(detach=arguments.detach, parallel=arguments.parallel, asks=not arguments.yes)
    return approve_rollout(
        invocation, arguments.rollout, arguments.reason, tuple(arguments.groups or ()), following
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectArguments(AskArguments):
    """The arguments of `rollout reject`."""

    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group", metavar="GROUP", help="Instead: these plans, by their group.", show_default=False
        ),
    ] = None


@command(RejectArguments, of=rollout)
def reject(invocation: Invocation, arguments: RejectArguments) -> int:
    """Reject the approval between waves that a rollout waits for: it halts. Or plans, by what they do."""
    from cellwright.app.rollouts.asking import AskRequest, answer
    from cellwright.app.rollouts.shapes import reject_groups
    from cellwright.cli.interaction.rollouts import show_one

    if arguments.groups:
        invocation.act(reject_groups, arguments.rollout, arguments.groups, arguments.reason)
    else:
        request = AskRequest(rollout=arguments.rollout, reason=arguments.reason)
        invocation.act(answer, request, approved=False)
    return show_one(invocation, arguments.rollout)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackArguments(CommonArguments):
    """The arguments of `rollout rollback`."""

    rollout: RolloutArgument
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="COMMIT",
            help="The commit; default: the one at which its cells were before.",
            show_default=False,
        ),
    ] = ""
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    detach: DetachOption = False
    plans_wait: PlansWaitOption = False
    yes: YesOption = False


@command(RollbackArguments, of=rollout)
def rollback(invocation: Invocation, arguments: RollbackArguments) -> int:
    """Take the cells that a rollout has changed to the commit before, as a new rollout in the same waves."""
    from cellwright.cli.interaction.rollouts import Following, roll_back
    from cellwright.engine.approval import YES

    following = Following(detach=arguments.detach, parallel=arguments.parallel, asks=not arguments.yes)
    approved = YES if arguments.yes and not arguments.plans_wait else ""
    return roll_back(invocation, arguments.rollout, arguments.to, arguments.reason, approved, following)


def _ask(invocation: Invocation, arguments: AskArguments, action: str) -> int:
    from cellwright.app.rollouts.asking import AskRequest
    from cellwright.cli.interaction.rollouts import Following, ask_rollout

    request = AskRequest(rollout=arguments.rollout, reason=arguments.reason)
    following = None
    if isinstance(arguments, GoOnArguments):
        following = Following(detach=arguments.detach, parallel=arguments.parallel, asks=not arguments.yes)
    return ask_rollout(invocation, action, request, following)
