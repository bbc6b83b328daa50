"""Starting the daemon so that it outlives whoever starts it."""

import sys
from collections.abc import Mapping
from pathlib import Path

from cellwright.terraform.process.process import probe

_PASSED = ("PATH", "HOME", "TMPDIR", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the daemon gets of its first client's environment: never credentials."""
_START_SECONDS = 30.0


class StartError(Exception):
    """The daemon did not start; the text says why."""


def start_daemon(runtime: Path, cache: Path, idle_seconds: float, ambient: Mapping[str, str]) -> None:
    """Start the daemon, detached; returns when it listens.

    Raises:
        StartError: it did not come up.
    """
    # -P: nothing is imported from the folder that it happens to start in.
    command = (sys.executable, "-P", "-m", "cellwright.relay.daemon.main")
    environment = {name: ambient[name] for name in _PASSED if name in ambient}
    try:
        answer = probe((*command, str(runtime), str(cache), str(idle_seconds)), environment, _START_SECONDS)
    except OSError as fault:
        raise StartError(f"the relay did not start: {fault.strerror}") from fault
    if answer is None:
        raise StartError(f"the relay did not start within {_START_SECONDS:g} s")
    code, said = answer
    if code:
        raise StartError(f"the relay did not start: {said.strip() or 'it said nothing'}")
