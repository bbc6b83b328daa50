"""Write evidence for an auditor; `evidence verify` checks it.

Panel: Look back 334
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.times import parse_time

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation

FromOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TIME", help="Where the period begins: 2026-01-01, 90d.", show_default=False
    ),
]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="TIME", help="Where it ends; a day without a time is included.", show_default="now"
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceArguments(CommonArguments):
    """The arguments of `evidence`."""

    since: FromOption = None
    until: ToOption = None
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="A folder that is new or empty.", show_default=False
        ),
    ] = None
    no_states: Annotated[
        bool,
        typer.Option("--no-states", help="Read no states: without inventory and network map, but quickly."),
    ] = False


@group(EvidenceArguments)
def evidence(invocation: Invocation, arguments: EvidenceArguments) -> int:
    """Write what was seen in a period, clause by clause of HIPAA's Security Rule, with a signed manifest.

    What is missing is listed as gaps. Exit code 1 if the audit trail does not hold.
    """
    from cellwright.api.records import evidence as document
    from cellwright.app.evidence.making import EvidenceRequest, make_evidence
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import evidence as view

    if arguments.output is None:
        raise typer.BadParameter("name the folder for it", param_hint="--output")
    since, until = read_times(arguments.since, arguments.until)
    request = EvidenceRequest(
        since=since, until=until, target=arguments.output, states=not arguments.no_states
    )
    advance, message = _progress()
    with spinner(invocation.error.stream, message):
        found = make_evidence(invocation.fleet, invocation.actor, request, advance)
    invocation.answer(lambda: view.made(found), lambda: document.made(found))
    return exit_codes.DONE if found.sound else exit_codes.FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyArguments(CommonArguments):
    """The arguments of `evidence verify`."""

    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `evidence -o` has written.")]
    keys: Annotated[
        list[Path] | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="A public key that is trusted; repeatable. Default: `audit.keys` of the fleet, if any.",
            show_default=False,
        ),
    ] = None


@command(VerifyArguments, of=evidence)
def verify(invocation: Invocation, arguments: VerifyArguments) -> int:
    """Check evidence: the digests of its files, the signature, the chain of its events, its anchors.

    It needs no fleet and no ledger. Exit code 1 if anything is wrong.
    """
    from cellwright.api.records import evidence as document
    from cellwright.app.evidence.checking import check_evidence
    from cellwright.cli.views.look_back import evidence as view

    invocation.refuse_server()
    found = check_evidence(arguments.folder, tuple(arguments.keys or ()), invocation.location())
    invocation.answer(lambda: view.checked(found), lambda: document.checked(found))
    return exit_codes.FINDINGS if found.faults else exit_codes.DONE


def read_times(since: str | None, until: str | None) -> tuple[datetime, datetime | None]:
    """Read the two ends of a period.

    Raises:
        typer.BadParameter: the first is missing, or one is no time.
    """
    if since is None:
        raise typer.BadParameter("say where the period begins", param_hint="--from")
    now = datetime.now(UTC)
    end = None if until is None else _time("--to", until, now, whole_day=True)
    return _time("--from", since, now), end


def _time(option: str, text: str, now: datetime, *, whole_day: bool = False) -> datetime:
    try:
        return parse_time(text, now, whole_day=whole_day)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None


def _progress() -> tuple[Callable[[int, int], None], Callable[[], str]]:
    """A callback that takes how many events were read, and a function that puts it into words."""
    from cellwright.cli.views.look_back import events as view

    read = (0, 0)

    def advance(so_far: int, whole: int) -> None:
        nonlocal read
        read = (so_far, whole)

    return advance, lambda: view.checking(*read)
