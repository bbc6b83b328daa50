"""Everything that the relay needs of Linux and that other systems lack: the one module to port.

Socket credentials, handles on processes (pidfd), what `/proc` shows of a process, and `prctl`.
"""

import ctypes
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")
_DEFAULT_UMASK = 0o022
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


@dataclass(frozen=True, slots=True)
class ProcessContext:
    """What a child process would take over from a process."""

    folder: Path
    environment: Mapping[bytes, bytes]
    umask: int


def why_unsupported() -> str | None:
    """Why the relay can't run on this system; None if it can."""
    return None if sys.platform == "linux" else "the relay needs Linux"


def peer_credentials(connection: socket.socket) -> tuple[int, int]:
    """The numbers of the process and of the user that opened a Unix socket connection.

    Raises:
        OSError: the system gives none.
    """
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, user, _ = _CREDENTIALS.unpack(raw)
    return pid, user


def open_process(pid: int) -> int:
    """Open a handle on a process: a file descriptor that becomes readable when the process ends.

    Raises:
        OSError: there is no such process.
    """
    return os.pidfd_open(pid)


def has_ended(handle: int) -> bool:
    """Whether the process of a handle has ended; as long as it hasn't, its number belongs to no other."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(0))


def process_context(pid: int) -> ProcessContext:
    """Read a process's working directory, environment and umask.

    Raises:
        OSError: the process is gone, or is another user's.
    """
    place = Path("/proc") / str(pid)
    environment = _parse_environment((place / "environ").read_bytes())
    return ProcessContext(
        (place / "cwd").readlink(), environment, _parse_umask((place / "status").read_text())
    )


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def set_process_name(name: bytes) -> None:
    """Set the name that `ps` shows for this process."""
    _prctl(_PR_SET_NAME, name)


def _parse_environment(raw: bytes) -> dict[bytes, bytes]:
    pairs = (item.partition(b"=") for item in raw.split(b"\0"))
    return {name: value for name, separator, value in pairs if separator}


def _parse_umask(status: str) -> int:
    for line in status.splitlines():
        if line.startswith("Umask:"):
            return int(line.removeprefix("Umask:"), 8)
    return _DEFAULT_UMASK


def _prctl(option: int, value: int | bytes) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
