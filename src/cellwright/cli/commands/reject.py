"""Reject plans that wait in a run of another process.

Panel: Change 234
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectArguments(CommonArguments):
    """The arguments of `reject`."""

    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; `cellwright runs` lists them.")]
    units: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UNIT]...", help="Addresses of units; default: all that wait.", show_default=False
        ),
    ] = None
    reason: ReasonOption = ""


@command(RejectArguments)
def reject(session: Session, arguments: RejectArguments) -> int:
    """Reject plans of a run that wait for an answer: their units are skipped, with your reason."""
    from cellwright.app.runs.approve import ApproveRequest
    from cellwright.cli.interaction.answering import answer_plans

    request = ApproveRequest(
        run=arguments.run,
        units=tuple(arguments.units or ()),
        approved=False,
        reason=arguments.reason,
    )
    return answer_plans(session, request)
