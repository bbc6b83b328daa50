"""Reject plans that wait in a run of another process.

Panel: Change 234
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli.parser.command import command
from cellwright.cli.parser.run_arguments import AnswerArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(AnswerArguments)
def reject(invocation: Invocation, arguments: AnswerArguments) -> int:
    """Reject plans of a run that wait for an answer: their units are skipped, with your reason."""
    from cellwright.app.runs.steering.approve import ApproveRequest
    from cellwright.cli.interaction.answering import answer_plans

    request = ApproveRequest(
        run=arguments.run,
        units=tuple(arguments.units or ()),
        approved=False,
        reason=arguments.reason,
    )
    return answer_plans(invocation, request)
