"""Record a review of activity or access, or list them.

Panel: Look back 336
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cellwright.cli import exit_codes
from cellwright.cli.commands.look_back.evidence import FromOption, ToOption, read_times
from cellwright.cli.parser.command import CommonArguments, command, group

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@group(CommonArguments)
def review(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Reviews for an auditor; alone, it lists them."""
    return _list(invocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordArguments(CommonArguments):
    """The arguments of `review record`."""

    kind: Annotated[
        Literal["activity", "access"],
        typer.Option("--kind", help="The events of the period, or people, roles and tokens."),
    ]
    findings: Annotated[
        str, typer.Option("--findings", metavar="TEXT", help="What was found, if only: nothing unusual.")
    ]
    since: FromOption = None
    until: ToOption = None


@command(RecordArguments, of=review)
def record(invocation: Invocation, arguments: RecordArguments) -> int:
    """Record that you have looked through the activity, or through who has access, and what you found.

    The record holds a digest of what there was to look at, and stands in the audit trail under your name.
    """
    from cellwright.api.records import reviews as document
    from cellwright.app.evidence.reviews import ReviewKind, ReviewRequest, record_review
    from cellwright.cli.views.look_back import reviews as view

    since, until = read_times(arguments.since, arguments.until)
    request = ReviewRequest(
        kind=ReviewKind(arguments.kind), since=since, until=until, findings=arguments.findings
    )
    found = record_review(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.recorded(found), lambda: document.review(found))
    return exit_codes.DONE


@command(CommonArguments, of=review)
def list(invocation: Invocation, _arguments: CommonArguments) -> int:  # noqa: A001  the command's name
    """List the reviews, the newest first."""
    return _list(invocation)


def _list(invocation: Invocation) -> int:
    from cellwright.api.records import reviews as document
    from cellwright.app.evidence import reviews as use_case
    from cellwright.cli.views.look_back import reviews as view

    found = use_case.reviews(invocation.fleet)
    invocation.answer(lambda: view.reviews(found), lambda: document.reviews(found))
    return exit_codes.DONE
