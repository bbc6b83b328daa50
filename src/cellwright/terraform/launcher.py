"""How a command starts so that it outlives us, and what it leaves for whoever comes after."""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cellwright.terraform.private_files import file_faults, make_folder

SHELL = "/bin/sh"

SCRIPT = """\
trap : INT TERM HUP
folder=$1 label=$2
shift 2
{ read -r stat <"/proc/$$/stat"; } 2>/dev/null || stat=$$
printf '%s\\n%s\\n' "$label" "$stat" >"$folder/process"
"$@"
code=$?
printf '%s\\n' "$code" >"$folder/exit"
exit "$code"
"""
"""Arguments: folder, label, program and its arguments.

Built-ins only: each program that the shell would start costs as much as the launcher itself. The exit code
counts once its line is complete, which is as good as a rename and needs no `mv`. The traps are no-ops: the
shell outlives a signal to the group, and what it starts gets the default disposition back. Two lines say who
runs: the label and /proc/PID/stat (or the bare process id where there is no /proc).
"""

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
    def exit(self) -> Path:
        """The exit code, once the command has ended."""
        return self.path / "exit"

    @cached_property
    def process(self) -> Path:
        """Who runs or ran."""
        return self.path / "process"

    def clear(self) -> None:
        """Forget the command before.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        with file_faults(f"{self.path} can't be written"):
            make_folder(self.path)
            for path in (self.exit, self.process):
                path.unlink(missing_ok=True)

    def discard_output(self) -> None:
        """Remove what the command printed; its exit code stays until the next command."""
        for path in (self.out, self.err):
            with suppress(OSError):
                path.unlink()

    def exit_code(self) -> int | None:
        """Read the exit code as a shell gives it (128 + signal if killed); None until it is complete."""
        text = _read(self.exit)
        return int(text) if text.endswith("\n") and text.strip().isdigit() else None

    def deserted_since(self) -> float | None:
        """When the last command was started, if it was killed and could not let go of what it held.

        Seconds since the epoch; None if there was none, or it ended in order. For whoever holds the lock.
        """
        code = self.exit_code()
        if code is not None and code <= _SIGNALLED:
            return None
        try:
            return (self.path / "process").stat().st_mtime
        except OSError:
            return None

    def record(self) -> LaunchRecord | None:
        """Read who runs or ran; None if nothing was started or the record is incomplete."""
        lines = _read(self.process).split("\n")
        if len(lines) < 3:  # noqa: PLR2004  two complete lines and what follows the second
            return None
        label, stat = lines[0], lines[1]
        pid = stat.split(" ", 1)[0]
        return LaunchRecord(label, int(pid), _start_in(stat) or "") if pid.isdigit() else None


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
