"""How a command starts so that it outlives us, and what it leaves for whoever comes after."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE, make_private_folder

SHELL = "/bin/sh"

SCRIPT = """\
trap : INT TERM HUP
journal=$1
shift
{ read -r stat <"/proc/$$/stat"; } 2>/dev/null || stat=$$
printf 'process %s\\n' "$stat" >>"$journal"
"$@"
code=$?
printf 'exit %s\\n' "$code" >>"$journal"
exit "$code"
"""
"""Arguments: journal, program and its arguments.

Built-ins only: each program that the shell would start costs as much as the launcher itself. A line of the
journal counts once it is complete, which is as good as a rename and needs no `mv`. The traps are no-ops: the
shell outlives a signal to the group, and what it starts gets the default disposition back. The process is
/proc/PID/stat (or the bare process id where there is no /proc).
"""

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC

_SIGNALLED = 128
"""Exit codes above this mean: ended by a signal."""

_START_FIELD = 19
"""Index of `starttime` among the fields of /proc/PID/stat that follow the command (proc(5))."""


@dataclass(frozen=True, slots=True)
class LaunchRecord:
    """Who runs, as the launcher wrote it down."""

    label: str
    pid: int
    """Also the process group and the session."""
    started: str
    """Clock ticks since boot; empty where the system does not say."""

    def is_alive(self) -> bool:
        """Tell whether exactly this process lives, not a later one with its number."""
        if self.started:
            return started_at(self.pid) == self.started
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True


@dataclass(frozen=True)
class CommandFolder:
    """The files of one unit's commands, one command at a time; the paths are made once."""

    path: Path

    @cached_property
    def out(self) -> Path:
        """Standard output; may hold secrets."""
        return self.path / "out"

    @cached_property
    def err(self) -> Path:
        """Standard error; may hold secrets."""
        return self.path / "err"

    @cached_property
    def lock(self) -> Path:
        """Held while a command runs or somebody works with the folder."""
        return self.path / "lock"

    @cached_property
    def journal(self) -> Path:
        """What was started, who runs or ran, and how it ended: a few lines for each command, the last counts.

        One file that only grows, for as long as a unit is worked on. With files that come and go each unit
        would cost more than the one before: whenever ext4 makes one, it looks at all that were removed in the
        last minutes. And those that are cut off and written anew, it writes to the disk at once.
        """
        return self.path / "journal"

    def announce(self, label: str) -> None:
        """Write down that a command is about to start; of the one before nothing counts any more.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        with file_errors(f"{self.path} can't be written"):
            make_private_folder(self.path)
            descriptor = os.open(self.journal, _APPEND, PRIVATE_FILE)
            try:
                os.write(descriptor, f"start {time.time():.6f} {label}\n".encode())
            finally:
                os.close(descriptor)

    def forget(self) -> None:
        """Begin a new journal.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        with file_errors(f"{self.path} can't be written"):
            self.journal.unlink(missing_ok=True)

    def discard_output(self) -> None:
        """Remove what the command printed; its exit code stays until the next command."""
        for path in (self.out, self.err):
            with suppress(OSError):
                path.unlink()

    def exit_code(self) -> int | None:
        """Read the exit code as a shell gives it (128 + signal if killed); None until it is complete."""
        text = self._last().get("exit", "")
        return int(text) if text.isdigit() else None

    def deserted_since(self) -> float | None:
        """When the last command was started, if it was killed and could not let go of what it held.

        Seconds since the epoch; None if there was none, or it ended in order. For whoever holds the lock.
        """
        last = self._last()
        code = self.exit_code()
        if "process" not in last or (code is not None and code <= _SIGNALLED):
            return None
        return float(last["start"].partition(" ")[0])

    def record(self) -> LaunchRecord | None:
        """Read who runs or ran; None if nothing was started or the record is incomplete."""
        last = self._last()
        stat = last.get("process", "")
        pid = stat.split(" ", 1)[0]
        if not pid.isdigit():
            return None
        return LaunchRecord(last["start"].partition(" ")[2], int(pid), _start_in(stat) or "")

    def _last(self) -> dict[str, str]:
        """What the journal says of the last command, by the first word of each complete line."""
        found: dict[str, str] = {}
        for line in _read(self.journal).split("\n")[:-1]:
            word, _, rest = line.partition(" ")
            if word == "start":
                found.clear()
            elif "start" not in found:
                continue
            found[word] = rest
        return found


def started_at(pid: int) -> str | None:
    """When process `pid` started; None if it does not live or the system does not say."""
    return _start_in(_read(Path(f"/proc/{pid}/stat")))


def _start_in(stat: str) -> str | None:
    _, bracket, rest = stat.rpartition(")")
    fields = rest.split()
    if not bracket or len(fields) <= _START_FIELD or fields[0] in ("Z", "X"):
        return None
    return fields[_START_FIELD]


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
