"""Begin, follow and answer a run from a CI system's build.

Panel: Change 239
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import ParallelOption, ReasonOption, RunArgument, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@group(CommonArguments)
def job(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Runs of a CI system's builds: begun, followed and answered by processes of which each may die.

    A run is in the ledger before anything of it happens; whoever follows it next goes on with it. Alone, it
    lists the newest runs.
    """
    from cellwright.api.runs import runs as document
    from cellwright.app.history import runs as use_case
    from cellwright.cli.views.look_back import runs as view

    found = invocation.look(use_case.runs, use_case.RunsRequest())
    invocation.answer(lambda: view.runs(found), lambda: document.runs(found))
    return exit_codes.DONE


RequestArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="What is wanted, as JSON: a build writes it, so that no shell reads its values."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestArguments(CommonArguments):
    """The arguments of `job suspend` and `job offboard-plan`."""

    request: RequestArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginArguments(CommonArguments):
    """The arguments of `job apply` and `job onboard`."""

    request: RequestArgument
    yes: YesOption = False


@command(BeginArguments, of=job)
def apply(invocation: Invocation, arguments: BeginArguments) -> int:
    """Begin a run that applies changes, and print its id; `job follow` carries it out.

    FILE holds {"selectors": ["client/acme"], "destroy": false, "reason": "", "build": "URL"}. The same build
    gets the same run.
    """
    from cellwright.app.jobs.begin import begin_apply
    from cellwright.app.runs.apply import ApplyRequest
    from cellwright.app.runs.choosing import Selection
    from cellwright.cli.interaction.job_files import ApplyFile, read_request

    wanted = read_request(arguments.request, ApplyFile)
    selection = Selection(tuple(wanted.selectors), destroy=wanted.destroy)
    request = ApplyRequest(selection=selection, reason=wanted.reason)
    how = _how(arguments.yes)
    return _begun(invocation, invocation.act(begin_apply, request, approved_how=how, build=wanted.build))


@command(BeginArguments, of=job)
def onboard(invocation: Invocation, arguments: BeginArguments) -> int:
    """Write and commit a client's settings, begin the run that brings it up, and print the run's id.

    FILE holds {"name": "acme", "set": ["account=prod-use1", "tier=gold"], "reason": ""}; a setting without a
    value is left out.
    """
    from cellwright.app.clients.onboarding.onboard import OnboardRequest
    from cellwright.app.jobs.begin import begin_onboard
    from cellwright.cli.commands.clients.onboard import parse_settings
    from cellwright.cli.interaction.job_files import OnboardFile, read_request

    wanted = read_request(arguments.request, OnboardFile)
    request = OnboardRequest(
        name=wanted.name,
        level=wanted.level,
        settings=parse_settings([item for item in wanted.set if not item.endswith("=")]),
        reason=wanted.reason,
        again=wanted.again,
    )
    return _begun(invocation, invocation.act(begin_onboard, request, approved_how=_how(arguments.yes)))


@command(RequestArguments, of=job)
def suspend(invocation: Invocation, arguments: RequestArguments) -> int:
    """Write and commit that a client is suspended, begin the run that applies it, and print the run's id.

    FILE holds {"name": "acme", "reinstate": false, "reason": ""}. Nothing is printed if nothing is to be
    applied.
    """
    from cellwright.app.clients.suspend import SuspendRequest
    from cellwright.app.jobs.begin import begin_suspension
    from cellwright.cli.interaction.job_files import SuspendFile, read_request

    wanted = read_request(arguments.request, SuspendFile)
    request = SuspendRequest(name=wanted.name, suspended=not wanted.reinstate, reason=wanted.reason)
    return _begun(invocation, invocation.act(begin_suspension, request))


@command(RequestArguments, of=job)
def offboard_plan(invocation: Invocation, arguments: RequestArguments) -> int:
    """Begin the run that plans what offboarding a client would destroy, and print its id.

    FILE holds {"name": "acme", "reason": "", "build": "URL"}. `job follow` carries the run out; then `job
    offboard-look` tells what it has come to. Nothing of the offboarding is begun by it.
    """
    from cellwright.app.clients.offboard import OffboardRequest
    from cellwright.app.jobs.leaving import begin_offboard_plan
    from cellwright.cli.interaction.job_files import OffboardFile, read_request

    wanted = read_request(arguments.request, OffboardFile)
    request = OffboardRequest(name=wanted.name, reason=wanted.reason)
    return _begun(invocation, invocation.act(begin_offboard_plan, request, build=wanted.build))


@dataclass(frozen=True, slots=True, kw_only=True)
class LookArguments(CommonArguments):
    """The arguments of `job offboard-look`."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's name.")]
    run: Annotated[
        str,
        typer.Option(
            "--run",
            metavar="RUN",
            help="The run that has planned it; left out: that of its offboarding, which goes on.",
            show_default=False,
        ),
    ] = ""
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Also write the JSON document there, for `job offboard`."
        ),
    ] = None


@command(LookArguments, of=job)
def offboard_look(invocation: Invocation, arguments: LookArguments) -> int:
    """Tell what offboarding a client would destroy, and what the policies say of that.

    Ends with 0 if it may be confirmed, else with 1: it is denied, could not be planned, or is out of date.
    """
    from cellwright.api.fleet import lives as document
    from cellwright.app.jobs.leaving import LookRequest, look_at_offboard_plan
    from cellwright.cli.interaction.job_files import write_document
    from cellwright.cli.interaction.run_plans import report_of
    from cellwright.cli.views.change import lives as view

    request = LookRequest(name=arguments.name, run=arguments.run)
    found = invocation.act(look_at_offboard_plan, request)
    report = report_of(invocation, found.run)
    if arguments.out is not None:
        write_document(arguments.out, document.shown_leave(found, report))
    invocation.answer(lambda: view.planned(found, report), lambda: document.shown_leave(found, report))
    return exit_codes.DONE if found.may_be_confirmed else exit_codes.FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardArguments(CommonArguments):
    """The arguments of `job offboard`."""

    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The client's name, as the person has typed it.")
    ]
    seen: Annotated[
        Path,
        typer.Option(
            "--seen",
            metavar="FILE",
            help="What `job offboard-look --out FILE` wrote: these plans, as they were then, and no others.",
            show_default=False,
        ),
    ]
    reason: ReasonOption = ""


@command(OffboardArguments, of=job)
def offboard(invocation: Invocation, arguments: OffboardArguments) -> int:
    """Offboard a client by the plans that somebody was shown in a build, in the name of CELLWRIGHT_ACTOR.

    As `cellwright offboard`, it goes as far as it goes now, and on when it is given again. Plans that have
    become out of date are refused, and so is another name than the client's.
    """
    from cellwright.app.clients.offboard import OffboardRequest
    from cellwright.cli.commands.clients.offboard import carry_out
    from cellwright.cli.interaction.approval import not_typed
    from cellwright.cli.interaction.job_files import SeenFile, read_request
    from cellwright.engine.approval import NAME_TYPED

    _refuse_nameless(invocation)
    seen = read_request(arguments.seen, SeenFile)
    if arguments.name != seen.name:
        raise not_typed(seen.name)
    request = OffboardRequest(
        name=seen.name,
        reason=arguments.reason,
        hooks=True,
        planned=seen.run,
        planned_digest=seen.digest,
    )
    return carry_out(invocation, request, NAME_TYPED)


@command(CommonArguments, of=job)
def form(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Say what a job may offer: what the settings of a new client are chosen from, and strategies."""
    from rich.text import Text

    from cellwright.api.runs.jobs import job_form
    from cellwright.app.jobs.offering import offer

    found = invocation.look(offer)
    lines = [*found.choices.items(), ("strategies", found.strategies)]
    invocation.answer(
        lambda: Text("\n".join(f"{name}: {', '.join(values) or '-'}" for name, values in lines)),
        lambda: job_form(found),
    )
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeArguments(CommonArguments):
    """The arguments of `job resume`."""

    run: RunArgument
    yes: YesOption = False


@command(ResumeArguments, of=job)
def resume(invocation: Invocation, arguments: ResumeArguments) -> int:
    """Begin again what a run has left undone, and print its id."""
    from cellwright.app.jobs.begin import begin_resume
    from cellwright.app.runs.resume import ResumeRequest

    request = ResumeRequest(run=arguments.run)
    return _begun(invocation, invocation.act(begin_resume, request, approved_how=_how(arguments.yes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowArguments(CommonArguments):
    """The arguments of `job follow`."""

    run: RunArgument
    parallel: ParallelOption = None
    only_follow: Annotated[
        bool, typer.Option("--only-follow", help="Carry out nothing: workers or a server do.")
    ] = False
    lease: Annotated[
        float,
        typer.Option(
            "--lease",
            min=1,
            metavar="SECONDS",
            help="After so long others take over what this process has, if it is not heard of.",
        ),
    ] = 60.0
    after: Annotated[
        int,
        typer.Option(
            "--after",
            min=0,
            metavar="N",
            help="Tell only what was told after this: the document's `progress`.",
        ),
    ] = 0
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Also write the JSON document there, for `job approve`."
        ),
    ] = None


@command(FollowArguments, of=job)
def follow(invocation: Invocation, arguments: FollowArguments) -> int:
    """Follow a run, and carry it out, until it is over or plans wait for an answer.

    Ends with 0 when the run has succeeded, 1 when it has failed or was cancelled, 3 when plans wait. Given
    again after a crash, a restart or Ctrl-C it goes on.
    """
    from cellwright.api.runs import jobs as document
    from cellwright.app.jobs.watching import WatchRequest, watch
    from cellwright.cli.interaction.conversation import open_conversation
    from cellwright.cli.interaction.job_files import write_document
    from cellwright.cli.interaction.library_logs import keep_libraries_quiet
    from cellwright.cli.views.change import jobs as view
    from cellwright.model.runs.run import RunStatus

    keep_libraries_quiet()
    request = WatchRequest(
        run=arguments.run,
        carry_out=not arguments.only_follow,
        parallel=arguments.parallel,
        lease=arguments.lease,
        after=arguments.after,
    )
    with open_conversation(invocation.error, preapproved=True) as terminal:
        found = invocation.act(watch, request, terminal.conversation)
    if arguments.out is not None:
        write_document(arguments.out, document.watched(found))
    invocation.answer(lambda: view.watched(found), lambda: document.watched(found))
    if found.waiting:
        return exit_codes.CHANGES
    if terminal.interrupts.exit_code is not None:
        return terminal.interrupts.exit_code
    return exit_codes.DONE if found.run.status is RunStatus.SUCCEEDED else exit_codes.FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveArguments(CommonArguments):
    """The arguments of `job approve`."""

    run: RunArgument
    plans: Annotated[
        Path,
        typer.Option(
            "--plans",
            metavar="FILE",
            help="What `job follow --out FILE` wrote: these plans, as they were then, and no others.",
            show_default=False,
        ),
    ]
    reason: ReasonOption = ""


@command(ApproveArguments, of=job)
def approve(invocation: Invocation, arguments: ApproveArguments) -> int:
    """Approve the plans that somebody was shown in a build, in the name that CELLWRIGHT_ACTOR gives.

    A plan that was made anew since is not approved. Without a name nothing is.
    """
    from cellwright.app.runs.steering.approve import ApproveRequest
    from cellwright.cli.interaction.answering import answer_plans
    from cellwright.cli.interaction.job_files import seen_plans
    from cellwright.ledger.approvals import BUILD

    _refuse_nameless(invocation)
    request = ApproveRequest(
        run=arguments.run,
        plans=seen_plans(arguments.plans, arguments.run),
        reason=arguments.reason,
        how=BUILD,
    )
    return answer_plans(invocation, request)


def _refuse_nameless(invocation: Invocation) -> None:
    from cellwright.cli.interaction.job_files import refuse_nameless

    if invocation.server is None:
        invocation.fleet.ledger()  # whether there is a fleet that may be used is told first
    refuse_nameless(invocation.environment)


def _begun(invocation: Invocation, run: str) -> int:
    from rich.text import Text

    from cellwright.api.runs.jobs import begun

    invocation.answer(lambda: Text(run), lambda: begun(run))
    return exit_codes.DONE


def _how(yes: bool) -> str:  # noqa: FBT001  the flag itself
    from cellwright.engine.approval import YES

    return YES if yes else ""
