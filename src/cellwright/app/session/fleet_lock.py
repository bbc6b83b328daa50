"""One at a time: whoever gives out or takes back something that only one client can have holds this lock."""

from collections.abc import Iterator
from contextlib import contextmanager

from cellwright.app.session.home import Home
from cellwright.files.lock import locked

LONGEST = 60.0
"""Seconds to wait: what is done under the lock reads and commits files, which takes a few."""


@contextmanager
def fleet_lock(home: Home, timeout: float = LONGEST) -> Iterator[None]:
    """Hold the fleet's settings for one change; the system lets go of it if the process dies.

    It binds the processes of this folder. Between clones git decides: `check` refuses a merge in which two
    cells hold one block.

    Raises:
        DiagnosticError: another process kept it for a minute, or its file can't be made.
    """
    home.prepare()
    with locked(
        home.folder / "settings.lock",
        timeout=timeout,
        busy="another process is changing the fleet's settings",
        advice="look for a `cellwright onboard` or `offboard` that hangs, then repeat this",
    ):
        yield
