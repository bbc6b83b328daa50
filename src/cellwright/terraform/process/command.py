"""A command of Terraform as a value, and how it ended."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from cellwright.terraform.process.launcher import CommandFolder

KILLED = 128 + signal.SIGKILL
"""The exit code of a command that was killed."""


class CrashRecord(Enum):
    """What of a command can still be read after a crash of this process."""

    NONE = "none"
    """Nothing: for commands that only read. They start without the launcher."""
    EXIT_CODE = "exit code"
    """Process and exit code: for commands that can be repeated once they have ended."""
    OUTPUT = "output"
    """Also the output: for commands that must not run twice (apply)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command with its whole environment."""

    arguments: tuple[str, ...]
    """The program's absolute path, then its arguments; never a secret."""
    cwd: Path
    environment: Mapping[str, str] = field(repr=False)
    """All of it: nothing is inherited."""
    folder: CommandFolder
    label: str
    """Identifies the command after a crash; one line."""
    timeout: float | None = None
    """Seconds after which it is asked to stop."""
    grace: float = 60.0
    """Seconds that it then has before it is killed."""
    crash_record: CrashRecord = CrashRecord.OUTPUT


@dataclass(frozen=True, slots=True)
class Exit:
    """How a command ended."""

    code: int
    """As a shell gives it: 128 + signal if a signal ended it."""
    timed_out: bool = False
