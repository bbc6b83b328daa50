"""Starting the relay's daemon so that it outlives the process that starts it."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cellwright.model.text.search_path import without_current_folder
from cellwright.terraform.process.process import probe

_PASSED = ("PATH", "HOME", "TMPDIR", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What these programs get of their client's environment: never credentials."""
_START_SECONDS = 30.0


class DaemonStartError(Exception):
    """The daemon did not start; the text says why."""


def run_module(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], seconds: float
) -> tuple[int, str] | None:
    """Run one of the daemon's programs; give its exit code and what it prints, or None if it takes too long.

    Raises:
        OSError: it can't be started.
    """
    # -P: nothing is imported from the folder that it happens to start in.
    command = (sys.executable, "-P", "-m", module, *arguments)
    found = without_current_folder(environment)
    answer = probe(command, {name: found[name] for name in _PASSED if name in found}, seconds)
    return None if answer is None else (answer.code, answer.out)


def start_daemon(runtime: Path, cache: Path, idle_seconds: float, environment: Mapping[str, str]) -> None:
    """Start the daemon, detached; returns when it listens.

    Raises:
        DaemonStartError: it did not start.
    """
    arguments = (str(runtime), str(cache), str(idle_seconds))
    try:
        answer = run_module("cellwright.relay.daemon.main", arguments, environment, _START_SECONDS)
    except OSError as fault:
        raise DaemonStartError(f"the relay did not start: {fault.strerror}") from fault
    if answer is None:
        raise DaemonStartError(f"the relay did not start within {_START_SECONDS:g} s")
    code, output = answer
    if code:
        raise DaemonStartError(f"the relay did not start: {output.strip() or 'no reason given'}")
