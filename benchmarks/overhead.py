"""What the door to Terraform costs: units through it, against `xargs -P` over the same bare commands.

Usage: python benchmarks/overhead.py [--units 40] [--parallel 2] [--rounds 5] [--binary tofu]

Stacks of `terraform_data` only, so that nothing hides the cost of starting, watching and reading. Both
variants alternate; medians are printed, CPU seconds besides wall time because other work on the machine
disturbs them less.
"""

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.runs.progress import SilentReporter
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.stacks.types.constraint import Primitive
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.toolchain import Toolchain, ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.recovery import recover_unit
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.shared_inits import SharedInits
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.variables import InputValue

STACK = """variable "name" {
  type = string
}

resource "terraform_data" "x" {
  input = var.name
}

output "id" {
  value = terraform_data.x.id
}
"""

BARE = (
    "cd $1 && $0 init -json -input=false >o && $0 plan -json -input=false -out=p >o && "
    "$0 apply -json -input=false p >o"
)


_NO_PARTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: wall time, CPU of this process, CPU of what it started."""

    wall: float
    own: float
    children: float

    @property
    def processor(self) -> float:
        """All CPU seconds."""
        return self.own + self.children


def measure(work: Callable[[], None]) -> Cost:
    """Do `work` once."""
    own, children, began = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall = time.perf_counter() - began
    return Cost(wall, _cpu(resource.RUSAGE_SELF) - own, _cpu(resource.RUSAGE_CHILDREN) - children)


def bare(folder: Path, binary: str, units: int, parallel: int) -> None:
    """Run every unit by `xargs`."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME")} | {
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
    }
    for number in range(units):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / "main.tf").write_text(STACK)
        (folder / str(number) / "x.auto.tfvars").write_text('name = "x"\n')
    places = "\n".join(str(folder / str(number)) for number in range(units))
    command = ["xargs", "-P", str(parallel), "-I", "{}", "sh", "-c", BARE, binary, "{}"]
    subprocess.run(command, input=places, text=True, env=environment, check=True)


def through_the_door(
    folder: Path, tools: Toolchain, name: str, units: int, parallel: int, parts: frozenset[str] | None
) -> None:
    """Run every unit by threads of this process; `parts` of the plan are looked at, all if None.

    In a folder called `own` each unit runs its own `init`.
    """
    tree = _tree(tools.root)

    def one(number: int) -> None:
        alone = SharedInits(folder / "inits" / str(number))
        toolchain = replace(tools, inits=alone) if folder.name == "own" else tools
        request = replace(_request(folder, tree, number, name), plan_parts=parts)
        reporter, cancellation = SilentReporter(), Cancellation()
        recover_unit(request, toolchain, reporter, cancellation)
        with UnitTerraform.open(request, toolchain, reporter, cancellation) as unit:
            planned = unit.plan()
            if planned.saved is not None:
                unit.apply(planned.saved)
            unit.state()

    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(one, range(units)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option, default in (("--units", 40), ("--parallel", 2), ("--rounds", 5)):
        parser.add_argument(option, type=int, default=default)
    parser.add_argument("--binary", default="terraform", help="a name on the PATH, or a path")
    options = parser.parse_args()
    if shutil.which(options.binary) is None:
        sys.exit(f"there is no {options.binary}")
    rounds: dict[str, list[Cost]] = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            for title, work in _variants(Path(name), options.binary, options.units, options.parallel):
                rounds.setdefault(title, []).append(measure(work))
    _show(rounds, options.units)


def _variants(folder: Path, binary: str, units: int, parallel: int) -> list[tuple[str, Callable[[], None]]]:
    (folder / "stack").mkdir()
    (folder / "stack" / "main.tf").write_text(STACK)
    toolchain = assemble_toolchain(ToolchainSettings(binary=BinarySettings(binary)), folder, os.environ)

    def door(place: str, name: str, parts: frozenset[str] | None = _NO_PARTS) -> Callable[[], None]:
        return lambda: through_the_door(folder / place, toolchain, name, units, parallel, parts)

    return [
        ("bare: init, plan, apply", lambda: bare(folder / "bare", binary, units, parallel)),
        ("door: the same", door("door", "x")),
        ("door: the same, each its own init", door("own", "x")),
        ("door: the same with show", door("shown", "x", None)),
        ("door: nothing changed (plan)", door("door", "x")),
        ("door: changed (plan, apply)", door("door", "y")),
        ("door: changed (plan, show, apply)", door("shown", "y", None)),
    ]


def _show(rounds: dict[str, list[Cost]], units: int) -> None:
    print(f"{'':36}{'wall':>8}{'CPU':>8}{'of it ours':>12}  (ms a unit)")
    for title, costs in rounds.items():
        wall = _median([cost.wall for cost in costs], units)
        processor = _median([cost.processor for cost in costs], units)
        own = _median([cost.own for cost in costs], units)
        print(f"{title:36}{wall:8.1f}{processor:8.1f}{own:12.1f}")


def _median(seconds: list[float], units: int) -> float:
    return statistics.median(seconds) / units * 1000


def _tree(root: Path) -> StackTree:
    source = root / "stack" / "main.tf"
    return StackTree(
        files=(
            StackFile(
                "main.tf", source, executable=False, sha256=hashlib.sha256(source.read_bytes()).digest()
            ),
        ),
        module=".",
        digest="benchmark",
        label="stack",
        commit=None,
        folder=source.parent,
    )


def _request(folder: Path, tree: StackTree, number: int, name: str) -> UnitRequest:
    address = UnitAddress("client", f"c{number}", "app")
    return UnitRequest(
        address=address,
        run=f"run-{name}",
        tree=tree,
        backend=BackendSettings("local", {}),
        inputs=(InputValue("name", name, Primitive.STRING),),
        environment={},
        folder=UnitFolder(folder / "work" / str(address)),
        states=folder / "states",
        log=folder / "logs" / f"run-{name}" / f"{number}.log",
    )


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
