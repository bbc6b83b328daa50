"""See whether all is there that commands need.

Panel: Look 105
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from collections.abc import Callable

    from cellwright.cli.invocation import Invocation


@command(CommonArguments)
def doctor(invocation: Invocation, arguments: CommonArguments) -> int:  # noqa: ARG001  it has none of its own
    """See whether all is there that commands need: programs, git, ledger, states, credentials, clock, disk.

    Nothing is changed or fetched. Each line that is not well says what to do; the exit code is 1 if something
    is broken.
    """
    from cellwright.api.fleet import doctor as document
    from cellwright.app.doctor.examining import examine
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import doctor as view

    with spinner(invocation.error.stream, "looking at everything"):
        found = examine(invocation.location(), _asking(invocation))
    invocation.answer(lambda: view.report(found), lambda: document.report(found))
    return exit_codes.FINDINGS if found.broken else exit_codes.DONE


def _asking(invocation: Invocation) -> Callable[[], str] | None:
    """Give what asks the server, where one is named for commands."""
    from cellwright.cli.invocation import SERVER_VARIABLE

    if not invocation.chosen.server and not invocation.environment.get(SERVER_VARIABLE):
        return None

    def ask() -> str:
        if invocation.server is None:
            return "(a fleet was named, so that commands do not ask it)"
        return str(invocation.server.get("fleet")["name"])

    return ask
