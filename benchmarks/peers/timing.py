"""What a command costs: seconds, and CPU seconds of itself and of all that it started."""

import os
import shutil
import subprocess  # the benchmark's own door: whole processes are what it measures
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from processes import children, process_cpu
from tool import Command

from cellwright.files.user_cache import user_cache
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.folders import default_runtime_folder

_REAPED = 0.5
"""Seconds until the relay has counted the providers that ended last."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of CPU."""

    wall: float
    cpu: float


class FailedError(Exception):
    """A command did not end well; the text is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Measures commands in one user's environment, in which a relay runs."""

    environment: Mapping[str, str]
    relay: int
    """The relay's process: it belongs to Cellwright's commands but is no child of theirs."""
    said: Path
    """Where a command's output goes."""

    def measure(self, commands: Sequence[Command], folder: Path, environment: Mapping[str, str]) -> Cost:
        """Run commands one after the other.

        Raises:
            FailedError: one of them failed.
        """
        before, wall, cpu = self._relay_cpu(), 0.0, 0.0
        for command in commands:
            began = time.perf_counter()
            with self.said.open("wb") as said:
                child = subprocess.Popen(
                    command,
                    cwd=folder,
                    env={**self.environment, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                )
                _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            wall += time.perf_counter() - began
            cpu += usage.ru_utime + usage.ru_stime
            if child.returncode:
                raise FailedError(f"{' '.join(command)}: {self.said.read_text(errors='replace')[-1500:]}")
        time.sleep(_REAPED)
        return Cost(wall, cpu + self._relay_cpu() - before)

    def _relay_cpu(self) -> float:
        return process_cpu(self.relay) + sum(process_cpu(child) for child in children(self.relay))


@contextmanager
def user(folder: Path, runtime: Path, more: Mapping[str, str]) -> Iterator[Meter]:
    """A user with folders of their own: what programs keep for next time begins empty."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_RUNTIME_DIR": str(runtime),
        "CHECKPOINT_DISABLE": "1",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        **more,
    }
    for name in ("HOME", "XDG_CACHE_HOME"):
        Path(environment[name]).mkdir(parents=True)
    relay = RelayClient.connect_or_start(
        user_cache(environment) / "relay", default_runtime_folder(environment), environment
    )
    try:
        yield Meter(environment, relay.ensure_running(), folder / "said")
    finally:
        relay.stop(now=True)
        shutil.rmtree(runtime, ignore_errors=True)
