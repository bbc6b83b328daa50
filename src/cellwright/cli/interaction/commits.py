"""Tells on standard error which commit a command has made, and whether others have it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing
from cellwright.cli.views import diagnostics

if TYPE_CHECKING:
    from cellwright.app.clients.passing_on import PassedOn
    from cellwright.cli.invocation import Invocation


@contextmanager
def telling_commits(invocation: "Invocation") -> Iterator[None]:
    """Push what is committed during the block, where that is configured, and say so after it."""
    if invocation.server is not None:
        yield  # the server commits and pushes
        return
    from cellwright.app.clients.passing_on import head_of, pass_on  # noqa: PLC0415  few commands commit

    before = head_of(invocation.fleet)
    yield
    found = pass_on(invocation.fleet, before)
    if found is None:
        return
    invocation.error.show(Flowing(commit_line(found), indent=2))
    if found.fault is not None:
        invocation.error.show(Flowing(diagnostics.line(found.fault), indent=4))


def commit_line(found: "PassedOn") -> Text:
    """What was committed and where it is: `committed 1a2b3c4d5e "Onboard client/acme", pushed to ...`."""
    line = Text(f'committed {found.commit} "{found.subject}"')
    if found.pushed_to:
        line.append(f", pushed to {found.pushed_to}")
    elif found.how:
        line.append(f"; push it: {found.how}", style=palette.CAUTION)
    return line
