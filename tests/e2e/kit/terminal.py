"""`cellwright apply` with a terminal at the other end."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Callable

from e2e.kit.program import SCRIPT, Program
from patience import PATIENCE

QUESTION = b"Only 'yes' is taken as a yes"


def at_a_terminal(
    cellwright: Program,
    when_asked: Callable[["subprocess.Popen[bytes]"], bytes],
    *arguments: str,
    question: bytes = QUESTION,
) -> tuple[int, bytes]:
    """Run a command until it ends; gives its exit code and all that it has shown.

    `when_asked` is called once, when it asks the question; what it returns is typed.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(SCRIPT), *(arguments or ("apply",))],
        cwd=cellwright.fleet.root,
        env={**cellwright.clean(), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen, asked, deadline = b"", False, time.monotonic() + PATIENCE
    with process, os.fdopen(ours, "rb+", buffering=0) as terminal:
        while process.poll() is None and time.monotonic() < deadline:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                seen += terminal.read(4096)
            except OSError:  # Linux says so when the other end is closed
                break
            if question in seen and not asked:
                asked = True
                terminal.write(when_asked(process))
        process.wait(timeout=PATIENCE)
    assert asked, seen
    assert b"Traceback" not in seen
    return process.returncode, seen
