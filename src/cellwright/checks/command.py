"""A check by a program: no shell reads its arguments, and nothing of it is left running."""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cellwright.checks.verdict import PASSED, Checked, failed, unreadable

_CHUNK = 65_536
_POLL = 0.05
_OWN = "CELLWRIGHT_"
"""Variables of ours, such as the fleet's key, are not for programs of others."""
_MOST_PRINTED = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Printed:
    """What a program has printed; `why` it tells nothing, if it does not."""

    code: int = 0
    printed: str = ""
    logged: str = ""
    why: str = ""


def printed_by(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> Printed:
    """Run a program in `folder` and give what it prints; nothing of it is left running."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except (OSError, ValueError) as fault:
            reason = getattr(fault, "strerror", None) or "its arguments can't be passed"
            return Printed(why=f"{command[0]} can't be started: {reason}")
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            return Printed(why=f"{command[0]} has not ended within {timeout:g} s")
        finally:
            kill_group(process)
        if process.returncode < 0:
            return Printed(why=f"{command[0]} was killed by signal {-process.returncode}")
        texts = [_text(file) for file in (out, err)]
    return Printed(process.returncode, *texts)


def _text(file: "IO[bytes]") -> str:
    file.seek(0)
    return file.read(_MOST_PRINTED).decode(errors="replace")


def check_command(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> Checked:
    """Run a program in `folder`: exit code 0 passes, any other fails.

    One that can't be started, has not ended in time, or was killed, tells nothing. What it prints is read, so
    that it does not wait for a reader, and dropped.
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=own_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "its arguments can't be passed"
        return unreadable(f"{command[0]} can't be started: {reason}")
    try:
        ended = _ended(process, timeout)
    finally:
        kill_group(process)
    if not ended:
        return unreadable(f"{command[0]} has not ended within {timeout:g} s")
    if process.returncode < 0:
        return unreadable(f"{command[0]} was killed by signal {-process.returncode}")
    return PASSED if process.returncode == 0 else failed(f"{command[0]}: exit code {process.returncode}")


def _ended(process: "subprocess.Popen[bytes]", timeout: float) -> bool:
    """Wait for the program's end, and read what it prints meanwhile."""
    until = time.monotonic() + timeout
    output = process.stdout
    with selectors.DefaultSelector() as waiting:
        if output is not None:
            waiting.register(output, selectors.EVENT_READ)
        # Others may hold its output open after its end: they are not waited for.
        while process.poll() is None:
            if time.monotonic() >= until:
                return False
            if not waiting.get_map():
                time.sleep(_POLL)
            for key, _ in waiting.select(_POLL) if waiting.get_map() else ():
                if not os.read(key.fd, _CHUNK):
                    waiting.unregister(key.fileobj)
    return True


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what a program of others may know: no variable of ours."""
    return {name: value for name, value in environment.items() if not name.startswith(_OWN)}


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """End whatever the program has started and left behind, and itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
