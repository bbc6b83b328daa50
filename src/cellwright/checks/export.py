"""A program that exports data: what it prints is digested as it comes, however much it is."""

import hashlib
import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cellwright.checks.command import kill_group, own_environment
from cellwright.files.private import PRIVATE_FILE

_CHUNK = 65_536
_POLL = 0.1
_KEPT = 4096
"""Bytes of its last line."""
_LOGGED = 1_000_000
"""Bytes of what it prints that are kept in a file for whoever has to find a fault."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a program has printed; `fault` says why it counts for nothing."""

    sha256: str = ""
    size: int = 0
    last_line: bytes = b""
    fault: str = ""


def run_export(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    given: bytes,
    log: Path,
) -> Exported:
    """Run a program in `folder` with `given` on its standard input; exit code 0 counts as a success.

    What it prints on standard output is digested; that and its errors are kept in `log`, up to a megabyte.
    """
    try:
        with _private(log) as kept, _given(log, given) as reader:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=own_environment(environment),
                stdin=reader,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            try:
                found = _read(process, kept, timeout)
            finally:
                kill_group(process)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "its arguments can't be passed"
        return Exported(fault=f"{command[0]} can't be started: {reason}")
    if found is None:
        return Exported(fault=f"{command[0]} has not ended within {timeout:g} s")
    if process.returncode < 0:
        return Exported(fault=f"{command[0]} was killed by signal {-process.returncode}")
    if process.returncode > 0:
        return Exported(fault=f"{command[0]}: exit code {process.returncode}")
    return found


def _private(path: Path) -> IO[bytes]:
    """Open a file for writing that others can't read: data of clients may be in it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb")


def _given(log: Path, content: bytes) -> IO[bytes]:
    """A file with what the program reads: a pipe would hold whoever writes into it up."""
    path = log.with_suffix(".in")
    with _private(path) as written:
        written.write(content)
    reader = path.open("rb")
    path.unlink()
    return reader


def _read(process: "subprocess.Popen[bytes]", kept: IO[bytes], timeout: float) -> Exported | None:
    """Read what a program prints until it has ended; None if that takes too long."""
    read = _Read(kept)
    until = time.monotonic() + timeout
    with selectors.DefaultSelector() as waiting:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ)
        # Others may hold its output open after its end: they are not waited for.
        while time.monotonic() < until:
            ready = waiting.select(_POLL) if waiting.get_map() else ()
            if not ready and process.poll() is not None:
                return read.exported()
            if not waiting.get_map():
                time.sleep(_POLL)
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                if chunk:
                    read.add(chunk, counts=key.fileobj is process.stdout)
                else:
                    waiting.unregister(key.fileobj)
    return None


class _Read:
    """What was read so far."""

    def __init__(self, kept: IO[bytes]) -> None:
        self._kept = kept
        self._digest = hashlib.sha256()
        self._size = self._logged = 0
        self._tail = b""

    def add(self, chunk: bytes, *, counts: bool) -> None:
        """Take in what has come; errors are only kept in the file."""
        if self._logged < _LOGGED:
            self._logged += self._kept.write(chunk[: _LOGGED - self._logged])
        if counts:
            self._digest.update(chunk)
            self._size += len(chunk)
            self._tail = (self._tail + chunk)[-_KEPT:]

    def exported(self) -> Exported:
        lines = [line for line in self._tail.splitlines() if line.strip()]
        return Exported(self._digest.hexdigest(), self._size, lines[-1] if lines else b"")
