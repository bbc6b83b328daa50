"""Remove a client: plans, hold, export, destruction, archive.

Panel: Clients 250
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import AcceptStateOption, NoVerifyOption, ReasonOption, YesOption

if TYPE_CHECKING:
    from cellwright.app.clients.offboard import OffboardRequest
    from cellwright.app.clients.offboarding.judging import Judged
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardArguments(CommonArguments):
    """The arguments of `offboard`."""

    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]", help="The client's name.", show_default=False, autocompletion=completion.clients
        ),
    ] = ""
    hold: Annotated[
        str,
        typer.Option(
            "--hold",
            metavar="TIME",
            help="How long nothing is destroyed, such as 30d; default: as fleet.yaml says.",
            show_default=False,
        ),
    ] = ""
    cancel: Annotated[bool, typer.Option("--cancel", help="End its offboarding: it stays.")] = False
    approve: Annotated[
        bool, typer.Option("--approve", help="Agree to its offboarding, which somebody else has begun.")
    ] = False
    due: Annotated[bool, typer.Option("--due", help="Go on with every offboarding that may go on now.")] = (
        False
    )
    write_exceptions: Annotated[
        str,
        typer.Option(
            "--write-exceptions",
            metavar="PERSON",
            help="If policies deny it: write the exceptions that let it pass into the client's file, "
            "for which PERSON answers. They are not committed.",
            show_default=False,
        ),
    ] = ""
    reason: ReasonOption = ""
    accept_state: AcceptStateOption = ""
    no_verify: NoVerifyOption = False
    yes: YesOption = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.due == bool(self.name):
            raise typer.BadParameter("name the client, or give --due", param_hint="NAME")
        if sum((self.cancel, self.approve, self.due, bool(self.hold))) > 1:
            raise typer.BadParameter(
                "give one of --hold, --cancel, --approve and --due", param_hint="--cancel"
            )
        if self.write_exceptions and (self.cancel or self.approve or self.due):
            raise typer.BadParameter(
                "exceptions are written where an offboarding begins", param_hint="--write-exceptions"
            )

    @property
    def seconds(self) -> int | None:
        """The hold that is wanted.

        Raises:
            typer.BadParameter: it is none.
        """
        from cellwright.model.settings.offboarding_settings import parse_hold

        try:
            return parse_hold(self.hold) if self.hold else None
        except ValueError as fault:
            raise typer.BadParameter(str(fault), param_hint="--hold") from None


@command(OffboardArguments)
def offboard(invocation: Invocation, arguments: OffboardArguments) -> int:
    """Remove a client: plan its destruction, wait out the hold, then destroy it and archive its files.

    Everything is planned and judged first; then the client's name has to be typed, unless --yes is given.
    Given again, it goes on where it stopped.
    """
    if arguments.cancel or arguments.approve:
        return _answer(invocation, arguments)
    if arguments.due:
        return _due(invocation)
    from cellwright.app.clients.offboard import OffboardRequest
    from cellwright.cli.interaction.approval import confirm_offboarding, refuse_without_terminal
    from cellwright.cli.views.change import lives as view
    from cellwright.engine.approval import NAME_TYPED, YES, Uninterrupted

    hold, how = arguments.seconds, YES if arguments.yes else NAME_TYPED
    _refuse_written_elsewhere(invocation, arguments)
    if not arguments.yes:
        refuse_without_terminal()

    def confirm(found: Judged | None) -> None:
        if found is not None:
            invocation.error.show(view.judged(found))
        confirm_offboarding(invocation.error, arguments.name, Uninterrupted())

    request = OffboardRequest(
        name=arguments.name,
        reason=arguments.reason,
        accept_state=arguments.accept_state,
        hooks=not arguments.no_verify,
        hold=hold,
        confirm=None if arguments.yes else confirm,
    )
    return carry_out(invocation, request, how, arguments.write_exceptions)


def carry_out(
    invocation: Invocation, request: OffboardRequest, how: str, write_exceptions_for: str = ""
) -> int:
    """Offboard a client as far as it goes now, and print how far that is.

    `how` says how it was confirmed; `write_exceptions_for` who answers for exceptions that are written.
    """
    from cellwright.api.fleet import lives as document
    from cellwright.app.clients import offboard as use_case
    from cellwright.cli.interaction.commits import telling_commits
    from cellwright.cli.interaction.conversation import exit_code, open_conversation
    from cellwright.cli.views.change import lives as view
    from cellwright.model.offboarding import Phase

    talking = open_conversation(invocation.error, preapproved=True, how=how)
    with telling_commits(invocation), talking as terminal:
        found = invocation.act(use_case.offboard, request, terminal.conversation)
    found = replace(found, judged=_written(invocation, found.judged, write_exceptions_for))
    invocation.answer(lambda: view.offboard_report(found), lambda: document.offboard_report(found))
    if found.record.phase is Phase.REFUSED:
        return exit_codes.FINDINGS
    if found.report is None or found.record.phase in (Phase.DONE, Phase.HOLDING):
        return exit_codes.DONE
    return exit_code(found.report, terminal.interrupts)


def _refuse_written_elsewhere(invocation: Invocation, arguments: OffboardArguments) -> None:
    if arguments.write_exceptions and invocation.server is not None:
        raise typer.BadParameter(
            "a server writes no exceptions: they are written into your clone, and pushed",
            param_hint="--write-exceptions",
        )


def _written(invocation: Invocation, found: Judged | None, person: str) -> Judged | None:
    """Write the exceptions that a judgement asks for, if a person answers for them."""
    if found is None or not person:
        return found
    from cellwright.app.clients.offboarding.writing import write_exceptions

    return write_exceptions(invocation.fleet, found, person)


def _answer(invocation: Invocation, arguments: OffboardArguments) -> int:
    """Cancel an offboarding, or agree to it."""
    from cellwright.api.fleet import lives as document
    from cellwright.app.clients.offboarding.asking import approve_offboarding, cancel_offboarding
    from cellwright.cli.views.change import lives as view
    from cellwright.model.offboarding import Phase, Waits

    wanted = cancel_offboarding if arguments.cancel else approve_offboarding
    found = invocation.act(wanted, arguments.name, arguments.reason)
    waits = Waits.HOLD if found.phase is Phase.HOLDING else Waits.NOTHING
    invocation.answer(
        lambda: view.standing(found, waits), lambda: {"offboarding": document.offboarding(found, waits)}
    )
    return exit_codes.DONE


def _due(invocation: Invocation) -> int:
    """Go on with every offboarding that may go on."""
    from cellwright.api.fleet import lives as document
    from cellwright.app.clients.offboarding.standing import go_on_with_due
    from cellwright.cli.interaction.conversation import open_conversation
    from cellwright.cli.views.change import lives as view

    with open_conversation(invocation.error, preapproved=True) as terminal:
        found = invocation.act(go_on_with_due, terminal.conversation)
    invocation.answer(
        lambda: view.due(found),
        lambda: document.offboardings((item.record, item.waits) for item in found),
    )
    if terminal.interrupts.exit_code is not None:
        return terminal.interrupts.exit_code
    return exit_codes.FINDINGS if any(item.faults for item in found) else exit_codes.DONE
