"""Make, move or fill the ledger, or renew its digests.

Panel: Look back 350
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import ParallelOption, ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerArguments(CommonArguments):
    """The arguments of `ledger`."""


@group(LedgerArguments)
def ledger(_invocation: Invocation, _arguments: LedgerArguments) -> int:
    """Look after the ledger, in which all that was done is recorded."""
    raise typer.BadParameter("name what to do: `cellwright ledger init`, `adopt`, `move` or `rekey`")


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(CommonArguments):
    """The arguments of `ledger init`."""

    roles: Annotated[
        bool, typer.Option("--roles", help="PostgreSQL: make a role that writes and one that only reads.")
    ] = False
    writer: Annotated[
        str | None,
        typer.Option("--writer", metavar="ROLE", help="Default: DATABASE_writer.", show_default=False),
    ] = None
    reader: Annotated[
        str | None,
        typer.Option("--reader", metavar="ROLE", help="Default: DATABASE_reader.", show_default=False),
    ] = None


@command(InitArguments, of=ledger)
def init(invocation: Invocation, arguments: InitArguments) -> int:
    """Make the ledger, or bring its tables to the newest version; with --roles, make who may write and read.

    Connect as the role that is to own the tables. It can take away what guards the audit trail, so use it for
    nothing else.
    """
    from cellwright.api.records import ledger_init as document
    from cellwright.app.history import ledger_init as use_case
    from cellwright.cli.views.look_back import ledger_init as view

    named = arguments.writer is not None or arguments.reader is not None
    wanted = use_case.RolesRequest(arguments.writer, arguments.reader) if arguments.roles or named else None
    found = use_case.init_ledger(invocation.fleet, invocation.actor, wanted)
    invocation.answer(lambda: view.ledger(found), lambda: document.ledger(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptArguments(CommonArguments):
    """The arguments of `ledger adopt`."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SELECTOR]...",
            help="Which units: client/acme, client/*/app; default: all.",
            show_default=False,
            autocompletion=completion.selectors,
        ),
    ] = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only read the states and say what is there.")
    ] = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@command(AdoptArguments, of=ledger)
def adopt(invocation: Invocation, arguments: AdoptArguments) -> int:
    """Record units that the ledger does not know with the states that they have already.

    Each state is read where the unit's settings say that it lies; none is written. Where a plan then has no
    changes, the unit is up to date; else its settings count as not known, and a plan says what differs.
    What is on record stays as it is: after a crash the same command goes on.
    """
    from cellwright.api.records import ledger_adopt as document
    from cellwright.app.adopting import adopting as use_case
    from cellwright.app.adopting.found import Standing
    from cellwright.app.adopting.looking import look_for_states
    from cellwright.cli.interaction.approval import confirm_name
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import ledger_adopt as view
    from cellwright.engine.approval import Uninterrupted

    selectors = tuple(arguments.selectors or ())
    count = view.Counting("reading states")
    with spinner(invocation.error.stream, count.text):
        found = look_for_states(invocation.fleet, selectors, arguments.parallel, count.told)
    refused = bool(found.of(Standing.REFUSED))
    if arguments.dry_run or not found.of(Standing.FOUND):
        invocation.answer(lambda: view.adoption(found), lambda: document.adoption(found))
        return exit_codes.FINDINGS if refused else exit_codes.DONE
    if not arguments.yes:
        invocation.error.show(view.adoption(found))
        question = "Record these units with their states? Only 'yes' is taken as a yes: "
        confirm_name(invocation.error, "yes", question, Uninterrupted())
    request = use_case.AdoptRequest(selectors=selectors, parallel=arguments.parallel, reason=arguments.reason)
    count = view.Counting("planning")
    with spinner(invocation.error.stream, count.text):
        done = use_case.adopt(invocation.fleet, invocation.actor, request, count.told)
    invocation.answer(lambda: view.adoption(done), lambda: document.adoption(done))
    return exit_codes.FINDINGS if done.of(Standing.REFUSED) else exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArguments(CommonArguments):
    """The arguments of `ledger move`."""

    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="URL",
            help="Where every clone will find it: postgresql://USER@HOST:5432/DATABASE.",
        ),
    ]
    password_variable: Annotated[
        str | None,
        typer.Option(
            "--password-variable",
            metavar="NAME",
            help="The environment variable that holds the password.",
            show_default=False,
        ),
    ] = None
    iam: Annotated[
        str | None,
        typer.Option("--iam", metavar="REGION", help="Sign in with tokens of AWS's IAM.", show_default=False),
    ] = None
    through: Annotated[
        str,
        typer.Option(
            "--through-variable",
            metavar="NAME",
            help="The environment variable with the URL that this machine uses for the move: a tunnel, "
            "or the owner of the tables.",
            show_default=False,
        ),
    ] = ""
    reason: ReasonOption = ""


@command(MoveArguments, of=ledger)
def move(invocation: Invocation, arguments: MoveArguments) -> int:
    """Move the ledger into another database, with all that was recorded, and name it in fleet.yaml.

    The trail is checked there. The former ledger is kept, and refuses every change from then on. Repeat it if
    it was killed.
    """
    from cellwright.api.records import ledger_move as document
    from cellwright.app.history import ledger_move as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import ledger_move as view
    from cellwright.fleet.fleet import LedgerSettings

    through = invocation.environment.get(arguments.through, "") if arguments.through else ""
    if arguments.through and not through:
        raise typer.BadParameter(
            f"the variable {arguments.through} is not set", param_hint="--through-variable"
        )
    settings = LedgerSettings(
        url=arguments.to, password_variable=arguments.password_variable, iam=arguments.iam
    )
    request = use_case.LedgerMoveRequest(to=settings, through=through, reason=arguments.reason)
    with spinner(invocation.error.stream, "moving the ledger"):
        found = use_case.ledger_move(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.moved(found), lambda: document.moved(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RekeyArguments(CommonArguments):
    """The arguments of `ledger rekey`."""

    lost: Annotated[
        bool,
        typer.Option(
            "--lost-key",
            help="The key is lost, without a backup: go on with another one. Units with sensitive values "
            "count as changed until they are applied.",
        ),
    ] = False
    reason: ReasonOption = ""


@command(RekeyArguments, of=ledger)
def rekey(invocation: Invocation, arguments: RekeyArguments) -> int:
    """Add a new secret to the key of the digests of sensitive values, and renew every digest with it.

    No unit becomes a change by it, and no secret has to be read. Whoever has only the former key learns
    nothing from the ledger any more.
    """
    from cellwright.api.records import rekey as document
    from cellwright.app.history import rekey as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import rekey as view

    with spinner(invocation.error.stream, "renewing the ledger's digests"):
        found = use_case.rekey(invocation.fleet, invocation.actor, arguments.reason, lost=arguments.lost)
    invocation.answer(lambda: view.rekey(found), lambda: document.rekey(found))
    return exit_codes.DONE
