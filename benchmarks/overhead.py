"""What a run costs over bare Terraform: the same commands by `xargs -P`, stacks of `terraform_data` only.

    python benchmarks/overhead.py --units 60 --rounds 5

Both variants run in turn in one process, so that a machine whose speed drifts slows both. The figures are
medians of whole-process wall and CPU seconds (children included) and their ratio.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STACK = """
terraform {
  required_version = ">= 1.9"
}

variable "size" {
  type        = number
  description = "Any number."
}

resource "terraform_data" "this" {
  count = 3
  input = "${var.size}-${count.index}"
}

output "ids" {
  value       = terraform_data.this[*].id
  description = "What was made."
}
"""

FLEET = """
fleet: overhead
levels:
  - name: client
    cells: clients
    stacks:
      app: {source: ./stacks/app}
"""

BARE = """
cd "$0" || exit 1
terraform init -input=false -json >init.log &&
terraform plan -input=false -json -out=plan >plan.log &&
terraform show -json plan >plan.json &&
terraform apply -input=false -json plan >apply.log
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one variant of one round."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parallel", type=int, default=2)
    chosen = parser.parse_args()
    variants = {"bare": bare, "cellwright": cellwright}
    costs: dict[str, list[Cost]] = {name: [] for name in variants}
    for _ in range(chosen.rounds):
        for name, variant in variants.items():
            costs[name].append(measured(variant, chosen.units, chosen.parallel))
    report(costs, chosen.units)


def measured(variant: Callable[[Path, int, int], None], units: int, parallel: int) -> Cost:
    """Run one variant in a fresh folder."""
    folder = Path(tempfile.mkdtemp(prefix="overhead-"))
    try:
        before, started = cpu_of_children(), time.perf_counter()
        variant(folder, units, parallel)
        return Cost(time.perf_counter() - started, cpu_of_children() - before)
    finally:
        shutil.rmtree(folder)


def bare(folder: Path, units: int, parallel: int) -> None:
    """Terraform alone, `parallel` at a time."""
    for number in range(units):
        unit = folder / f"c{number}"
        unit.mkdir()
        (unit / "main.tf").write_text(STACK)
        (unit / "terraform.tfvars.json").write_text(f'{{"size": {number}}}')
    names = "\n".join(str(folder / f"c{number}") for number in range(units))
    run(["xargs", "-P", str(parallel), "-n", "1", "sh", "-c", BARE], folder, names)


def cellwright(folder: Path, units: int, parallel: int) -> None:
    """The same through a fleet."""
    (folder / "stacks/app").mkdir(parents=True)
    (folder / "stacks/app/main.tf").write_text(STACK)
    (folder / "fleet.yaml").write_text(FLEET)
    (folder / "clients").mkdir()
    for number in range(units):
        text = f"stacks:\n  app: {{size: {number}}}\n"
        (folder / f"clients/c{number}.yaml").write_text(text)
    program = str(Path(sys.executable).with_name("cellwright"))
    run([program, "apply", "--yes", "--parallel", str(parallel)], folder)


def run(command: list[str], folder: Path, text: str | None = None) -> None:
    """Run to the end; a failure ends the benchmark with the command's own words."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "AWS_"))}
    done = subprocess.run(  # noqa: PLW1510  the code is looked at below, with what was printed
        command,
        cwd=folder,
        input=text,
        text=True,
        capture_output=True,
        env=clean | {"CHECKPOINT_DISABLE": "1"},
    )
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def cpu_of_children() -> float:
    """CPU seconds of all ended children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(costs: dict[str, list[Cost]], units: int) -> None:
    """Print medians and ratios."""
    print(f"{units} units, {len(costs['bare'])} rounds, medians")
    for kind in ("wall", "cpu"):
        medians = {
            name: statistics.median(getattr(cost, kind) for cost in rows) for name, rows in costs.items()
        }
        pairs = zip(costs["cellwright"], costs["bare"], strict=True)
        ratio = statistics.median(getattr(ours, kind) / getattr(plain, kind) for ours, plain in pairs)
        extra = 1000 * (medians["cellwright"] - medians["bare"]) / units
        print(
            f"{kind:5} bare {medians['bare']:7.2f} s   cellwright {medians['cellwright']:7.2f} s   "
            f"ratio {ratio:5.3f}   {extra:+.1f} ms a unit"
        )


if __name__ == "__main__":
    main()
