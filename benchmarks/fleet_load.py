"""What loading and checking a whole fleet costs, cold: no cache of any kind, a fresh process each time.

    python benchmarks/fleet_load.py --clients 1000 --rounds 5

The fleet is benchmarks/synthetic.py's. Wall and CPU seconds are medians, the memory is the largest peak seen;
imports are counted apart, as every command pays for them.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from synthetic import Size, write_fleet

LOADING = """
import time
start = time.perf_counter()
import os, resource, sys
from pathlib import Path
from cellwright.fleet.load.entry import load_fleet
from cellwright.stacks.catalogue import Catalogue
imported = time.perf_counter()
cpu = time.process_time()
root = Path(sys.argv[1])
fleet = load_fleet(root, Catalogue(root, Path(sys.argv[2]), os.environ).contract)
wall, cpu = time.perf_counter() - imported, time.process_time() - cpu
# Helpers that a load may start count too.
helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu += helpers.ru_utime + helpers.ru_stime
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(imported - start, wall, cpu, peak + helpers.ru_maxrss, len(fleet.units), len(fleet.diagnostics))
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One load: seconds, and megabytes at the peak."""

    imports: float
    wall: float
    cpu: float
    memory: float
    units: int
    findings: int


def measure(fleet: Path) -> Round:
    """Load `fleet` in a process of its own, with nothing kept from before."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-c", LOADING, str(fleet), cache]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    imports, wall, cpu, kilobytes = map(float, words[:4])
    return Round(imports, wall, cpu, kilobytes / 1024, int(words[4]), int(words[5]))


def main() -> None:
    """Measure and print a line per size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1_000])
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    print(f"{'clients':>8} {'units':>8} {'imports s':>10} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
    for clients in chosen.clients:
        with tempfile.TemporaryDirectory() as folder:
            write_fleet(Path(folder), Size(clients))
            rounds = [measure(Path(folder)) for _ in range(chosen.rounds)]
        if any(item.findings for item in rounds):
            sys.exit("the synthetic fleet has findings, so this is not the path that the figures are about")
        imports, wall, cpu = (
            statistics.median(getattr(item, name) for item in rounds) for name in ("imports", "wall", "cpu")
        )
        memory = max(item.memory for item in rounds)
        units = rounds[0].units
        print(f"{clients:>8} {units:>8} {imports:>10.2f} {wall:>8.2f} {cpu:>8.2f} {memory:>8.0f}")


if __name__ == "__main__":
    main()
