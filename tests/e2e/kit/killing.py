"""Kills a process at a chosen call of one function: in its middle a test goes on."""

import os
import select
import signal
from collections.abc import Callable
from typing import Any

from patience import PATIENCE


def killed_at(owner: object, name: str, moment: str, work: Callable[[], None], *, call: int = 1) -> None:
    """Do the work in another process, which is killed before or after the `call`-th call of a function.

    The test fails if the work ends before that.
    """
    child = os.fork()
    if child == 0:
        real, calls = getattr(owner, name), 0

        def dying(*given: Any, **named: Any) -> Any:  # noqa: ANN401  as the real one
            nonlocal calls
            calls += 1
            if calls == call and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            found = real(*given, **named)
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        setattr(owner, name, dying)
        try:
            work()
        finally:
            os._exit(1)
    ended = _ends(child)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert ended, "the work neither ended nor came to where it was to be killed"
    assert os.WIFSIGNALED(status), "the work ended before it was to be killed"


def _ends(child: int) -> bool:
    """Wait for the end of a child, and leave it to be collected."""
    descriptor = os.pidfd_open(child)
    try:
        return bool(select.select([descriptor], [], [], PATIENCE)[0])
    finally:
        os.close(descriptor)
