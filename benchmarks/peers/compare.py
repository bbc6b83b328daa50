"""Times the nearest equal commands of Terragrunt, Atmos and Terramate on the same synthetic fleet as ours.

    python benchmarks/peers/compare.py [--clients 100] [--repeat 3] [--folder FOLDER] [--only-write]

What is not installed is said to be not installed; nothing is downloaded. "Nearest equal" is: read every
unit's settings and order, start no Terraform. Our `status` also compares with what was applied, so the
comparison favours them. Each command runs once before it is timed.
"""

import argparse
import shutil
import statistics
import subprocess  # the benchmark's own door: whole processes are what it measures
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import trees

sys.path.insert(0, str(Path(__file__).parent.parent))

import synthetic

OURS = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, what it is asked, and in which folder."""

    name: str
    command: tuple[str, ...]
    folder: str


PEERS = (
    Peer("terragrunt", ("terragrunt", "find", "--dag", "--json", "--dependencies"), "terragrunt"),
    Peer("atmos", ("atmos", "describe", "stacks", "--format", "json"), "atmos"),
    Peer("terramate", ("terramate", "list", "--run-order"), "terramate"),
)


def main() -> None:
    """Write the trees and time what is installed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only-write", action="store_true")
    chosen = parser.parse_args()
    folder = (chosen.folder or Path(tempfile.mkdtemp(prefix="cellwright-peers-"))).absolute()
    fleet = folder / "fleet"
    synthetic.write_fleet(fleet, synthetic.Size(chosen.clients))
    units = trees.units_of(fleet)
    trees.write_terragrunt(units, fleet / "stacks", folder / "terragrunt")
    trees.write_atmos(units, fleet / "stacks", folder / "atmos")
    trees.write_terramate(units, fleet / "stacks", folder / "terramate")
    print(f"{len(units)} units in {folder}")
    if chosen.only_write:
        return
    ours = timed((*OURS, "--fleet", str(fleet), "status"), fleet, chosen.repeat)
    print(f"cellwright status: {ours}")
    for peer in PEERS:
        if shutil.which(peer.command[0]) is None:
            print(f"{peer.name}: not installed, not measured")
        else:
            print(f"{' '.join(peer.command)}: {timed(peer.command, folder / peer.folder, chosen.repeat)}")


def timed(command: tuple[str, ...], folder: Path, repeat: int) -> str:
    """Run a command several times and say how long it took, or that it failed."""
    seconds = []
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    for _ in range(repeat):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
        if done.returncode:
            return f"failed with {done.returncode}: {done.stderr.decode(errors='replace').strip()[:200]}"
    return f"{statistics.median(seconds):.2f} s (median of {repeat})"


if __name__ == "__main__":
    main()
