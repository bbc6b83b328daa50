"""Observing processes from outside."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from contract.relay.laboratory import Bench
from patience import PATIENCE


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not so after {PATIENCE} s: {what}"
        time.sleep(0.02)


def processes_of(bench: Bench) -> set[int]:
    """Every process that has this bench's environment: Terraform, providers, what they started."""
    mark = f"DEMO_JOURNAL={bench.journal}".encode()
    found = set()
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit() and mark in (place / "environ").read_bytes().split(b"\0"):
                found.add(int(place.name))
    return found


def providers_of(bench: Bench) -> set[int]:
    """Provider processes that have started and still run."""
    started = {entry["pid"] for entry in bench.journal_entries("start")}
    return {pid for pid in processes_of(bench) if pid in started}


def running(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def child_of(pid: int) -> int:
    """The one child of a process."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)
