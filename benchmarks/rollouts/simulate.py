"""Carries out a rollout over many cells with a stand-in for Terraform, and kills its server again and again.

    python benchmarks/rollouts/simulate.py [--clients 10000] [--parallel 40] [--kills 20] [--write DOCUMENT]

Everything of a rollout is real: the ledger, the driver, the state machine, the queue, the runs of six units
for each cell. What Terraform would do is made up; some cells fail. The server gets SIGKILL at random moments,
and another one is started in its place. Meanwhile the ledger is looked at by plain SQL, several times a
second: no more cells at work than may be, no more failures than the worst case that is told before, no cell
begun twice.
"""

import argparse
import random
import subprocess  # servers are processes: they are killed
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from marked import write_section
from simulated_fleet import Place, begin, begun, make
from simulated_server import serve
from watched import Watcher

LOOK = 0.5
OVER = ("completed", "completed_with_failures", "halted", "cancelled")
WANTED_MEMORY = 500


@dataclass(slots=True)
class Servers:
    """The server that lives now, and what all of them took."""

    folder: Path
    failing: float
    process: "subprocess.Popen[str]" = field(init=False)
    kills: int = 0
    cpu: float = 0.0
    peak: int = 0
    """Bytes."""
    _seen: float = 0.0

    def start(self) -> None:
        """Start one, and wait until it works."""
        command = [sys.executable, __file__, "--as-server", str(self.folder), "--failing", str(self.failing)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._seen = 0.0
        if self.process.stdout is None or self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the server has ended")

    def measure(self) -> None:
        """Look at what it has taken so far."""
        with suppress(psutil.Error, OSError):
            times = psutil.Process(self.process.pid).cpu_times()
            self._seen = times.user + times.system + times.children_user + times.children_system
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    self.peak = max(self.peak, int(line.split()[1]) * 1024)

    def kill(self) -> None:
        """End it without a word."""
        self.measure()
        self.cpu += self._seen
        self.process.kill()
        self.process.communicate()

    def replace(self) -> None:
        """Kill it, and start another one."""
        self.kill()
        self.kills += 1
        self.start()


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it."""

    clients: int
    status: str
    seconds: float
    watcher: Watcher
    servers: Servers


def simulate(folder: Path, chosen: argparse.Namespace, failing: float) -> Simulated:
    """Carry out a rollout to its end.

    Raises:
        RuntimeError: the server has ended by itself, or nothing goes on any more.
    """
    place = Place(folder)
    record = begun(place) or begin(place)
    plan = record.plan
    watcher = Watcher(place.ledger, record.id, plan)
    servers = Servers(folder, failing)
    since = time.monotonic()
    until = since + chosen.longest
    servers.start()
    next_kill = time.monotonic() + random.expovariate(1 / chosen.lives)
    try:
        while watcher.status not in OVER:
            watcher.look()
            servers.measure()
            if servers.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"it stands still: {watcher.status}, {dict(watcher.phases)}")
            if servers.kills < chosen.kills and time.monotonic() >= next_kill:
                servers.replace()
                next_kill = time.monotonic() + random.expovariate(1 / chosen.lives)
                told = f"{watcher.looks} looks, {len(watcher.faults)} faults, {servers.kills} kills"
                print(f"{told}: {dict(watcher.phases)}", flush=True)
            time.sleep(LOOK)
    except KeyboardInterrupt:
        print("ended before its time: what is told was seen until now", flush=True)
    finally:
        seconds = time.monotonic() - since
        servers.kill()
    watcher.look()
    if watcher.status in OVER:
        watcher.judge_end()
    return Simulated(len(plan.cells), watcher.status, seconds, watcher, servers)


def line(found: Simulated) -> str:
    """One row of the table."""
    servers, watcher = found.servers, found.watcher
    over = ", ".join(f"{count:,} {phase}" for phase, count in sorted(watcher.phases.items()))
    return (
        f"| {found.clients:,} | {found.status.replace('_', ' ')}: {over} | {servers.kills} |"
        f" {watcher.looks:,} | {watcher.most_at_once} | {found.seconds:,.0f} s | {servers.cpu:,.0f} |"
        f" {servers.peak / 2**20:.0f} MB | {len(watcher.faults)} |"
    )


HEAD = """\
| cells | end | kills | looks | at once | time | CPU seconds of the servers | peak memory | faults |
|---|---|---|---|---|---|---|---|---|"""


def main() -> int:
    """Simulate what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--parallel", type=int, default=40)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--lives", type=float, default=30.0, help="seconds that a server lives on average")
    parser.add_argument("--failures", type=int, default=5, help="percentage of cells that may fail")
    parser.add_argument("--failing", type=float, nargs="*", default=[0.02], help="share of cells that fail")
    parser.add_argument("--longest", type=float, default=7200.0)
    parser.add_argument("--folder", type=Path, help="make it here, or go on with what is here; it is kept")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--as-server", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.as_server is not None:
        serve(chosen.as_server, chosen.failing[0])
        return 0
    lines = [HEAD]
    faults = 0
    for failing in chosen.failing:
        with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
            place = Place(chosen.folder or Path(name))
            if not place.ledger.exists():
                make(place, chosen.clients, chosen.parallel, chosen.failures)
            found = simulate(place.folder, chosen, failing)
        lines.append(line(found))
        faults += len(found.watcher.faults)
        print("\n".join((HEAD, lines[-1], *found.watcher.faults[:9])), flush=True)
    if chosen.write is not None:
        write_section(chosen.write, "simulated rollouts", "\n".join(lines), "rollouts/simulate")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
