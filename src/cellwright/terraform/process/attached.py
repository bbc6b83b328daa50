"""A process with the terminal, or whatever else is standard input and output here, handed through to it."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cellwright.model.diagnostic import DiagnosticError, error

_SIGNALLED = 128
"""Exit codes above this mean: ended by a signal."""
_GRACE = 10.0
"""Seconds that an abandoned process has to end before it is killed."""


@dataclass(slots=True)
class AttachedProcess:
    """A process in this one's session and group: keys such as Ctrl-C reach it straight from the terminal."""

    _child: "subprocess.Popen[bytes]" = field(repr=False)

    @classmethod
    def start(
        cls,
        arguments: Sequence[str],
        folder: Path | None,
        environment: Mapping[str, str],
        inherited: Sequence[int] = (),
    ) -> Self:
        """Start a program; it keeps the files `inherited` open, such as a lock's.

        Raises:
            DiagnosticError: it can't be started.
        """
        try:
            child = subprocess.Popen(
                list(arguments), cwd=folder, env=dict(environment), pass_fds=tuple(inherited)
            )
        except OSError as fault:
            raise DiagnosticError(
                error(
                    f"{arguments[0]} can't be started: {fault.strerror or fault}",
                    "check that there is such a program, and that you may run it",
                )
            ) from fault
        return cls(child)

    def signal(self, number: int) -> None:
        """Send it a signal; one that has ended gets none."""
        with suppress(ProcessLookupError):
            self._child.send_signal(number)

    def wait(self) -> int:
        """Wait for its end; gives its exit code as a shell does: 128 + signal if a signal ended it.

        An exception in here ends the process before it is raised.
        """
        try:
            code = self._child.wait()
        except BaseException:
            self._end()
            raise
        return code if code >= 0 else _SIGNALLED - code

    def _end(self) -> None:
        self.signal(signal.SIGINT)
        try:
            self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def in_foreground() -> bool:
    """Tell whether a terminal's keys reach this process's group: its programs get Ctrl-C by themselves."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
