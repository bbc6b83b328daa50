"""The lock that is held while a fleet's settings are changed: one client is given or gives back at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cellwright.app.session.home import Home
from cellwright.files.lock import locked

if TYPE_CHECKING:
    from cellwright.engine.approval import Interrupts

LONGEST = 60.0
"""Seconds to wait: what is done under the lock reads and commits files, which takes a few."""


@contextmanager
def fleet_lock(
    home: Home, interrupts: "Interrupts | None" = None, timeout: float = LONGEST
) -> Iterator[None]:
    """Hold the lock, against other processes of this machine and other threads of this one.

    Between clones of a repository the ledger decides: see `app.runs.blocks`.

    Raises:
        DiagnosticError: it was held elsewhere for a minute or until the person interrupted, or its file can't
            be made.
    """
    home.prepare()
    with locked(
        home.folder / "settings.lock",
        timeout=timeout,
        busy="another process is changing the fleet's settings",
        advice="look for a `cellwright onboard` or `offboard` that hangs, then repeat this",
        cancelled=None if interrupts is None else lambda: interrupts.requested() > 0,
    ):
        yield
