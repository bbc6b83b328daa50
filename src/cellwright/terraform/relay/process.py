"""The door through which a client starts the daemon.

Apart from `terraform/process`, because the daemon is no Terraform: nobody waits for it, nothing is read
from it, and it must outlive whoever starts it. Inside the daemon, `daemon/spawner` forks provider processes
by itself.
"""

import os
import subprocess
import sys
from pathlib import Path

_PASSED = ("PATH", "HOME", "TMPDIR", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the daemon gets of its first client's environment: never credentials."""
_START_SECONDS = 30.0


class StartError(Exception):
    """The daemon did not start; the text says why."""


def start_daemon(runtime: Path, cache: Path, idle_seconds: float) -> None:
    """Start the daemon, detached; returns when it listens.

    Raises:
        StartError: it did not come up.
    """
    command = [
        sys.executable,
        "-P",  # nothing is imported from the folder that it happens to start in
        "-m",
        "cellwright.terraform.relay.daemon.main",
        str(runtime),
        str(cache),
        str(idle_seconds),
    ]
    try:
        done = subprocess.run(
            command,
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            timeout=_START_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise StartError(f"the relay did not start: {fault}") from fault
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise StartError(f"the relay did not start: {said[-1] if said else 'it said nothing'}")
