"""What running processes cost, read from /proc."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")


class Memory:
    """The peak of what Cellwright, Terraform, providers and the relay occupy (proportional set size)."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.3):
            self.peak = max(self.peak, sum(map(_proportional_megabytes, _own_processes())))


def _own_processes() -> list[int]:
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit():
                program = (place / "cmdline").read_bytes()
                if b"terraform" in program and b"cellwright.sandbox" not in program:
                    found.append(int(place.name))
    return [*found, os.getpid()]


def _proportional_megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def process_cpu(pid: int) -> float:
    """CPU seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def own_cpu(pid: int) -> float:
    """CPU seconds of a process alone, measured more finely than `process_cpu` does."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
