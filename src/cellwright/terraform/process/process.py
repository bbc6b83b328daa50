"""Starts and ends Terraform processes: a command goes in as a value, its exit comes out as one."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.process.command import KILLED, Command, CrashRecord, Exit
from cellwright.terraform.process.command_output import CommandOutput
from cellwright.terraform.process.launcher import SCRIPT, SHELL, CommandFolder, LaunchRecord
from cellwright.terraform.process.tail import OutputTail
from cellwright.terraform.process.unit_lock import UnitLock, is_locked
from cellwright.terraform.process.waiting import PollingWaiter, Waiter, waiter_for

_SIGNALLED = 128
"""Exit codes above this mean: ended by a signal."""

_KILL_SECONDS = 5.0
"""How long the system may take to end what was killed."""

_POLL_SECONDS = 0.2
"""Between two reads of a running command's output."""

LineListener: TypeAlias = Callable[[Sequence[str]], None]
"""Receives the lines of standard output as they come, several at a time."""


@dataclass(frozen=True, slots=True)
class Running:
    """A command of an earlier process that still runs."""

    process: "CommandProcess"
    label: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A command of an earlier process that has ended and left its exit code."""

    code: int
    label: str


@dataclass(frozen=True, slots=True)
class NoCommand:
    """Nothing runs and there is no exit code: never started, or killed together with its launcher."""


EarlierCommand: TypeAlias = Running | Finished | NoCommand


@dataclass(slots=True)
class CommandProcess:
    """A running command, started by this process or adopted. One thread waits; others may stop it."""

    folder: CommandFolder
    record: LaunchRecord | None
    """None if an adopted command left no record of its process."""
    timeout: float | None = None
    grace: float = 60.0
    printed: CommandOutput = field(default_factory=CommandOutput)
    """The output of a command that this process started; the caller closes it. An adopted command's output is
    in the folder."""
    _child: "subprocess.Popen[bytes] | None" = None
    _launched: bool = True
    _waiter: Waiter | None = None

    def interrupt(self) -> None:
        """Send SIGINT to Terraform and what it started, as a terminal would."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to Terraform and everything that it started."""
        self._signal(signal.SIGKILL)

    def wait(self, listener: LineListener | None = None) -> Exit:
        """Wait for the command to end, and pass its output to `listener` meanwhile.

        An exception in here (of the listener, or KeyboardInterrupt) ends the command before it is raised.
        """
        tail = OutputTail(self.folder.out if self.printed.out < 0 else self.printed.out)
        try:
            timed_out = self._watch(tail, listener)
            if listener is not None and (lines := tail.read(last=True)):
                listener(lines)
        except BaseException:
            self._end()
            raise
        finally:
            tail.close()
            code = self._clean_up()
        return Exit(code, timed_out)

    def _watch(self, tail: OutputTail, listener: LineListener | None) -> bool:
        deadline = None if self.timeout is None else time.monotonic() + self.timeout
        timed_out = False
        while not self._ended(_pause(deadline, listener)):
            if listener is not None and (lines := tail.read()):
                listener(lines)
            if deadline is not None and time.monotonic() >= deadline:
                if timed_out:
                    self.kill()
                    deadline = None
                else:
                    self.interrupt()
                    timed_out, deadline = True, time.monotonic() + self.grace
        return timed_out

    def _ended(self, seconds: float | None) -> bool:
        if self._waiter is None:
            self._waiter = self._choose_waiter()
        return self._waiter.ended(seconds)

    def _choose_waiter(self) -> Waiter:
        child, record = self._child, self.record
        if child is not None:
            return waiter_for(child.pid, lambda: _has_ended(child))
        if record is not None and record.is_alive():
            waiter = waiter_for(record.pid, lambda: not record.is_alive())
            if record.is_alive():  # else the process id may have been reused meanwhile
                return waiter
            waiter.close()
        return PollingWaiter(lambda: not is_locked(self.folder.lock))

    def _signal(self, number: signal.Signals) -> None:
        child, record = self._child, self.record
        alive = child.returncode is None if child is not None else record is not None and record.is_alive()
        pid = child.pid if child is not None else record.pid if record is not None else 0
        if alive and pid:
            _signal_group(pid, number)

    def _end(self) -> None:
        try:
            self.interrupt()
            if not self._ended(self.grace):
                self.kill()
                self._ended(None)
        except BaseException:
            self.kill()
            raise

    def _clean_up(self) -> int:
        """End what the launcher left behind, and give the exit code.

        Terraform that is killed leaves its providers behind. A launcher that is killed alone leaves Terraform
        behind, which is interrupted first.
        """
        code = self.folder.exit_code() if self._launched else self._own_code()
        if code is None:
            code = self._launchers_code()
        group = self._group()
        if group and code is None:
            _signal_group(group, signal.SIGINT)
        elif group and code is not None and code > _SIGNALLED:
            _signal_group(group, signal.SIGKILL)
        self._reap()
        if group and code is None and not _group_ends(group, self.grace):
            _signal_group(group, signal.SIGKILL)
            _group_ends(group, _KILL_SECONDS)
        return KILLED if code is None else code

    def _own_code(self) -> int | None:
        """The code of a command without a launcher; it is not reaped yet, so its process id is not reused."""
        child = self._child
        if child is None:
            return None
        if child.returncode is not None or not hasattr(os, "waitid"):
            code = child.wait()
            return code if code >= 0 else _SIGNALLED - code
        ended = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status + (0 if ended.si_code == os.CLD_EXITED else _SIGNALLED)

    def _launchers_code(self) -> int | None:
        """The command's code where the launcher ended by itself and could not write it, on a full disk."""
        code = self._own_code()
        return code if code is not None and code <= _SIGNALLED else None

    def _group(self) -> int:
        """The process group; 0 if its id may belong to another process by now."""
        if self._child is not None:
            return self._child.pid
        return self.record.pid if self.record is not None and is_locked(self.folder.lock) else 0

    def _reap(self) -> None:
        if self._child is not None:
            self._child.wait()
        if self._waiter is not None:
            self._waiter.close()
            self._waiter = None


def start_command(command: Command, lock: UnitLock) -> CommandProcess:
    """Start `command` so that it survives this process; it holds `lock` as long as it runs.

    Raises:
        DiagnosticError: it can't be started, or its folder can't be written.
    """
    command.folder.record_start(command.label)
    printed = CommandOutput.new(command.folder, named=command.crash_record is CrashRecord.OUTPUT)
    try:
        child = _launch(command, lock, printed)
    except BaseException:
        printed.close()
        raise
    return CommandProcess(
        command.folder,
        LaunchRecord(command.label, child.pid, ""),
        command.timeout,
        command.grace,
        printed,
        child,
        command.crash_record is not CrashRecord.NONE,
    )


def adopt(folder: CommandFolder) -> EarlierCommand:
    """Find out what a crashed process has left in `folder`.

    Not for a folder that this process has locked: its own lock looks like another process's.

    Raises:
        DiagnosticError: the folder can't be read.
    """
    # Before the files: a command that ends in between has written its exit code by then.
    held = is_locked(folder.lock)
    record, code = folder.launch_record(), folder.exit_code()
    label = record.label if record is not None else ""
    if code is not None:
        return Finished(code, label)
    if held:
        return Running(CommandProcess(folder, record), label)
    return NoCommand()


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What came of a short command."""

    code: int
    """Its exit code; the negative number of the signal that ended it."""
    out: str
    err: str


def probe(
    arguments: Sequence[str], environment: Mapping[str, str], timeout: float, folder: Path | None = None
) -> ProbeAnswer | None:
    """Run a short command; None if it outlasts `timeout` seconds.

    Raises:
        OSError: it can't be started.
    """
    child = subprocess.Popen(
        list(arguments),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with child:
        try:
            out, err = child.communicate(timeout=timeout)
        except BaseException as failure:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(failure, subprocess.TimeoutExpired):
                return None
            raise
    return ProbeAnswer(child.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def _launch(command: Command, lock: UnitLock, printed: CommandOutput) -> "subprocess.Popen[bytes]":
    launcher: tuple[str, ...] = ()
    if command.crash_record is not CrashRecord.NONE:
        launcher = (SHELL, "-c", SCRIPT, "cellwright", str(command.folder.journal))
    try:
        # No preexec_fn: with it, subprocess forks the whole interpreter instead of using vfork.
        return subprocess.Popen(
            [*launcher, *command.arguments],
            cwd=command.cwd,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=printed.out,
            stderr=printed.err,
            start_new_session=True,
            pass_fds=(lock.descriptor,),
            umask=0o077,
        )
    except OSError as fault:
        raise DiagnosticError(
            error(
                f"{Path(command.arguments[0]).name} can't be started: {fault.strerror}",
                "check the limits of processes, memory and open files (ulimit -a)",
            )
        ) from fault


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    """Tell whether a child has ended; it is not reaped yet: its code is still to be read."""
    if child.returncode is not None or not hasattr(os, "waitid"):
        return child.poll() is not None
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _group_ends(group: int, seconds: float) -> bool:
    def gone() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
        return False

    return PollingWaiter(gone).ended(seconds)


def _pause(deadline: float | None, listener: LineListener | None) -> float | None:
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    if listener is None:
        return left
    return _POLL_SECONDS if left is None else min(_POLL_SECONDS, left)
