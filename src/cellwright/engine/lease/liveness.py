"""Whether the process that holds a lease still lives. Only its own machine can tell."""

import os
from dataclasses import dataclass
from pathlib import Path

_START_FIELD = 19
"""Index of `starttime` among the fields of /proc/PID/stat that follow the command (proc(5))."""


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, told apart from a later one with the same number by when it started."""

    host: str
    pid: int
    started: str
    """Clock ticks since boot, after the boot's id and the process namespace's; empty where the system does
    not say."""

    @classmethod
    def of_this_process(cls) -> "ProcessIdentity":
        """Identify the process that runs this."""
        pid = os.getpid()
        return cls(os.uname().nodename, pid, start_of(pid) or "")

    def is_alive(self) -> bool | None:
        """Tell whether it lives; None if it belongs to another machine, an earlier boot, or a container.

        A host's name is not enough: two containers may share it, and each has processes of its own.
        """
        if self.host != os.uname().nodename or _pid_namespace(self.started) != _pid_namespace(
            start_of(os.getpid()) or ""
        ):
            return None
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return start_of(self.pid) in (self.started, None)


def start_of(pid: int) -> str | None:
    """When process `pid` started, in this system's terms; None if that can't be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()
    if fields[0] in ("Z", "X"):
        return "ended"
    return f"{boot[:8]}-{namespace}-{fields[_START_FIELD]}"


def _pid_namespace(started: str) -> str:
    """The boot and the process namespace: within them a process number means one process."""
    return started.rpartition("-")[0]
