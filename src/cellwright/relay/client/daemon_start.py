"""Starting the relay's daemon so that it outlives the process that starts it."""

import sys
from collections.abc import Mapping
from pathlib import Path

from cellwright.model.text.search_path import without_current_folder
from cellwright.terraform.process.process import probe

_PASSED = ("PATH", "HOME", "TMPDIR", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the daemon gets of its first client's environment: never credentials."""
_START_SECONDS = 30.0


class DaemonStartError(Exception):
    """The daemon did not start; the text says why."""


def start_daemon(runtime: Path, cache: Path, idle_seconds: float, environment: Mapping[str, str]) -> None:
    """Start the daemon, detached; returns when it listens.

    Raises:
        DaemonStartError: it did not start.
    """
    # -P: nothing is imported from the folder that it happens to start in.
    command = (sys.executable, "-P", "-m", "cellwright.relay.daemon.main")
    found = without_current_folder(environment)
    passed = {name: found[name] for name in _PASSED if name in found}
    try:
        answer = probe((*command, str(runtime), str(cache), str(idle_seconds)), passed, _START_SECONDS)
    except OSError as fault:
        raise DaemonStartError(f"the relay did not start: {fault.strerror}") from fault
    if answer is None:
        raise DaemonStartError(f"the relay did not start within {_START_SECONDS:g} s")
    code, output = answer
    if code:
        raise DaemonStartError(f"the relay did not start: {output.strip() or 'no reason given'}")
