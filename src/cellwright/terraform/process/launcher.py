"""The shell script that starts a command so that it survives this process, and the files it writes."""

import errno
import os
import re
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
journal counts once it is complete, so no rename (`mv`) is needed. The traps do nothing: the shell survives a
signal to its group, and the program that it starts gets the default handlers back. The process is recorded as
/proc/PID/stat (or the bare process id where there is no /proc).
"""

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC

_SIGNALLED = 128
"""Exit codes above this mean: ended by a signal."""

_START_FIELD = 19
"""Index of `starttime` among the fields of /proc/PID/stat that follow the command (proc(5))."""


_CODE = re.compile(r"[0-9]{1,3}")
_PROCESS_ID = re.compile(r"[0-9]{1,10}")
_INIT, _LARGEST_ID = 1, 2**31 - 1


@dataclass(frozen=True, slots=True)
class LaunchRecord:
    """The process that the launcher recorded."""

    label: str
    pid: int
    """Also the process group and the session."""
    started: str
    """Clock ticks since boot; empty if the system does not tell."""

    def is_alive(self) -> bool:
        """Tell whether this very process runs, not a later one with the same id."""
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
        """Held while a command runs or a process works with the folder."""
        return self.path / "lock"

    @cached_property
    def journal(self) -> Path:
        """Start, process and exit code of each command, in a few lines; only the last command counts.

        It is appended to as long as a unit is worked on. Creating and removing files instead would make each
        unit slower than the one before: ext4, creating a file, searches all that were removed in the last
        minutes. A file that is truncated and rewritten is written to the disk at once.
        """
        return self.path / "journal"

    def record_start(self, label: str) -> None:
        """Record that a command is about to start; the record of the previous one no longer counts.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        with file_errors(f"{self.path} can't be written"):
            make_private_folder(self.path)
            descriptor = os.open(self.journal, _APPEND, PRIVATE_FILE)
            try:
                line = f"start {time.time():.6f} {label}\n".encode()
                if os.write(descriptor, line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(descriptor)

    def clear_journal(self) -> None:
        """Remove the journal; the next command begins a new one.

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
        return int(text) if _CODE.fullmatch(text) else None

    def killed_since(self) -> float | None:
        """When the last command was started, if it was killed and so could not release its locks.

        Seconds since the epoch; None if there was no command or it ended by itself. The caller holds the
        lock.
        """
        last = self._last()
        code = self.exit_code()
        if "process" not in last or (code is not None and code <= _SIGNALLED):
            return None
        try:
            return float(last["start"].partition(" ")[0])
        except ValueError:  # damaged
            return None

    def launch_record(self) -> LaunchRecord | None:
        """Read which process runs or ran; None if nothing was started or the record is incomplete."""
        last = self._last()
        stat = last.get("process", "")
        pid = stat.split(" ", 1)[0]
        # Of a damaged line nothing may be believed: 0 and 1 would name groups that are not ours.
        if not _PROCESS_ID.fullmatch(pid) or not _INIT < int(pid) <= _LARGEST_ID:
            return None
        return LaunchRecord(last["start"].partition(" ")[2], int(pid), _start_in(stat) or "")

    def _last(self) -> dict[str, str]:
        """The journal's complete lines about the last command, by their first word."""
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
    """When process `pid` started; None if it does not run or the system does not tell."""
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
