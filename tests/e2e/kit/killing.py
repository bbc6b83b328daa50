"""Kills a process at a chosen call of one function: in its middle a test goes on."""

import os
import signal
from collections.abc import Callable
from typing import Any


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
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the work ended before it was to be killed"
