"""The one door through which the evaluator's process starts and ends."""

import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

_PASSED = ("LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
"""What Python itself may need; the process is given no credentials."""

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Worker:
    """A running process, and our end of the only connection to it."""

    connection: Connection
    _process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def stop(self) -> None:
        """Close the connection, which ends the process; kill it if it hangs."""
        self.connection.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End a process that hangs or has crashed."""
        self.connection.close()
        self._process.kill()
        self._process.wait()


def start_worker(environment: Mapping[str, str] | None) -> Worker:
    """Start the process; without an environment it inherits this process's.

    Raises:
        OSError: it can't be started.
    """
    ours, theirs = socket.socketpair()
    passed = None if environment is None else {key: environment[key] for key in _PASSED if key in environment}
    try:
        with theirs:
            # -P: nothing is imported from the folder that it happens to start in.
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cellwright.rego.worker", str(theirs.fileno())],
                env=passed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
    except BaseException:
        ours.close()
        raise
    return Worker(Connection(ours.detach()), process)
