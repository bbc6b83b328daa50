"""What the relay saves: the AWS provider against the sandbox, with the relay and without it, in one go.

Usage: python benchmarks/relay.py [--rounds 5] [--resources 5 60] [--units 8] [--kinds aws endpoints]

Every measurement starts from an initialised working folder and an empty, emulated account. The variants take
turns; medians are printed. CPU seconds count everything that belongs to a variant: Cellwright, Terraform,
providers, and the relay with its spawner; not the emulator, which does the same work in all of them. They are
what to look at on a machine that does other things too.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Self

from cellwright.model.address import UnitAddress
from cellwright.model.progress import SilentReporter
from cellwright.sandbox.process import Sandbox, start_sandbox
from cellwright.stacks.tree import StackFile, StackTree
from cellwright.terraform.backend import BackendSettings
from cellwright.terraform.binary import user_cache
from cellwright.terraform.cancellation import Cancellation
from cellwright.terraform.relay.client import Relay
from cellwright.terraform.relay.folders import default_runtime_folder
from cellwright.terraform.relay.relayed import RelaySettings, with_relay
from cellwright.terraform.request import UnitRequest
from cellwright.terraform.session import UnitTerraform
from cellwright.terraform.toolchain import Toolchain, ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit_folder import LOCK_FILE, UnitFolder

STACK = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "us-east-1"
ENDPOINTS}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "each" {
  count             = SUBNETS
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = "us-east-1a"
}
resource "aws_s3_bucket" "store" { bucket = "BUCKET" }
output "vpc" { value = aws_vpc.main.id }
"""
ENDPOINTS = """  endpoints {
    ec2 = "HERE"
    s3  = "HERE"
    sts = "HERE"
  }
"""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of CPU."""

    wall: float
    cpu: float


@dataclass(slots=True)
class Place:
    """One user's folders, with a sandbox."""

    root: Path
    sandbox: Sandbox
    environment: dict[str, str]
    relay: Relay | None = None
    plain: Toolchain = field(init=False)
    relayed: Toolchain = field(init=False)

    def __post_init__(self) -> None:
        self.plain = assemble_toolchain(ToolchainSettings(), self.root, self.environment)
        self.relayed = with_relay(self.plain, RelaySettings())

    def daemon(self) -> int:
        """The relay's process, started if need be."""
        if self.relay is None:
            runtime = default_runtime_folder(self.environment)
            self.relay = Relay.connect_or_start(user_cache(self.environment) / "relay", runtime)
        return self.relay.ensure_running()

    def cpu(self) -> float:
        """CPU seconds so far of everything that is measured."""
        total = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            total += usage.ru_utime + usage.ru_stime
        daemon = self.daemon()
        return total + _process_cpu(daemon) + sum(_process_cpu(child) for child in _children(daemon))

    def measure(self, work: Callable[[], object]) -> Cost:
        """Do something once. The pause lets ended providers be counted."""
        before, began = self.cpu(), time.perf_counter()
        work()
        wall = time.perf_counter() - began
        time.sleep(0.5)
        return Cost(wall, self.cpu() - before)

    def empty(self, unit: "Unit") -> None:
        """Begin again with nothing."""
        self.sandbox.admin.reset()
        unit.state.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with a working folder of its own."""

    place: Place
    name: str
    resources: int
    endpoints: bool = False
    """The provider is told endpoints one by one: the AWS provider then checks its configuration for long."""

    @property
    def folder(self) -> UnitFolder:
        """Its working folder."""
        return UnitFolder(self.place.root / "work" / self.name)

    @property
    def state(self) -> Path:
        """Its state."""
        return self.place.root / "states" / f"{self.name}.tfstate"

    def open(self, toolchain: Toolchain) -> UnitTerraform:
        """Open the unit."""
        request = UnitRequest(
            address=UnitAddress("client", self.name, "app"),
            run="r1",
            tree=self._tree(),
            backend=BackendSettings("local", {"path": str(self.state)}),
            inputs=(),
            environment=self.place.sandbox.environment,
            folder=self.folder,
            states=self.place.root / "states",
            log=self.place.root / "logs" / self.name,
        )
        return UnitTerraform.open(request, toolchain, SilentReporter(), Cancellation())

    def init(self) -> None:
        """Have the working folder made, and the lock entry, plainly."""
        with self.open(self.place.plain) as unit:
            unit.init()

    def through(self, toolchain: Toolchain) -> None:
        """Plan, read the plan, apply it: as Cellwright does."""
        with self.open(toolchain) as unit:
            planned = unit.plan()
            if planned.saved is not None:
                unit.apply(planned.saved)

    def bare(self) -> None:
        """The same with nothing but Terraform's commands."""
        with self.open(self.place.plain) as unit:
            module = unit.workspace.module
        environment = {
            **self.place.environment,
            **self.place.sandbox.environment,
            **self.place.plain.cli_config.environment(),
            "CHECKPOINT_DISABLE": "1",
        }
        plan = str(module / "bare.tfplan")
        for arguments in (
            ("plan", "-json", "-input=false", f"-out={plan}"),
            ("show", "-json", plan),
            ("apply", "-json", "-input=false", plan),
        ):
            command = [str(self.place.plain.binary.path), *arguments]
            subprocess.run(command, cwd=module, env=environment, check=True, stdout=subprocess.DEVNULL)

    def _tree(self) -> StackTree:
        folder = self.place.root / "stacks" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        endpoints = ENDPOINTS.replace("HERE", self.place.sandbox.endpoint) if self.endpoints else ""
        text = STACK.replace("SUBNETS", str(self.resources - 2)).replace("BUCKET", f"bench-{self.name}")
        text = text.replace("ENDPOINTS", endpoints)
        (folder / "main.tf").write_text(text)
        files = [StackFile("main.tf", folder / "main.tf", executable=False)]
        lock = self.place.root / LOCK_FILE
        if lock.exists():
            files.append(StackFile(LOCK_FILE, lock, executable=False))
        return StackTree(
            files=tuple(files),
            module=".",
            digest=f"{hash((text, len(files)))}",
            label="",
            commit=None,
            folder=folder,
        )


def compare(place: Place, resources: int, rounds: int, *, endpoints: bool) -> None:
    """Plan, read and apply a stack; then plan it again with nothing to do."""
    kind = "with an endpoints block" if endpoints else "as for AWS itself"
    unit = Unit(place, f"stack-{resources}-{'endpoints' if endpoints else 'aws'}", resources, endpoints)
    unit.init()
    variants: Mapping[str, Callable[[], None]] = {
        "terraform alone": unit.bare,
        "cellwright --no-relay": lambda: unit.through(place.plain),
        "cellwright": lambda: unit.through(place.relayed),
    }
    unit.through(place.relayed)  # the first sight of this configuration is measured elsewhere
    costs: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, work in variants.items():
            place.empty(unit)
            costs.setdefault(name, []).append(place.measure(work))
    table(f"plan + read plan + apply, {resources} resources, {kind}", costs)
    idle: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, toolchain in (("cellwright --no-relay", place.plain), ("cellwright", place.relayed)):
            idle.setdefault(name, []).append(place.measure(partial(unit.through, toolchain)))
    table(f"plan without changes, {resources} resources, {kind}", idle)


def first_sight(place: Place) -> None:
    """A provider, then a configuration, that the relay has never seen."""
    if place.relay is not None:
        place.relay.stop(now=True)
    shutil.rmtree(user_cache(place.environment) / "relay", ignore_errors=True)
    time.sleep(1)
    place.daemon()
    unit = Unit(place, "first-sight", 5)
    unit.init()
    sights = {"first sight of the provider and the configuration": unit, "steady state": unit}
    for name, seen in sights.items():
        place.empty(seen)
        table(name, {"cellwright": [place.measure(lambda: unit.through(place.relayed))]})


def several(place: Place, units: int, rounds: int) -> None:
    """Many units at once on this machine's cores."""
    crowd = [Unit(place, f"crowd-{number}", 5) for number in range(units)]
    for unit in crowd:
        unit.init()
        unit.through(place.relayed)
    print(f"\n{units} units at once (plan + read plan + apply)")
    for name, toolchain in (("cellwright --no-relay", place.plain), ("cellwright", place.relayed)):
        rates, peaks = [], []
        for _ in range(rounds):
            place.sandbox.admin.reset()
            for unit in crowd:
                unit.state.unlink(missing_ok=True)
            with Memory() as memory, ThreadPoolExecutor(units) as pool:
                began = time.perf_counter()
                list(pool.map(Unit.through, crowd, repeat(toolchain)))
                rates.append(units / (time.perf_counter() - began) * 60)
            peaks.append(memory.peak)
        rate, most = statistics.median(rates), statistics.median(peaks)
        print(f"  {name:<24} {rate:7.1f} units/min   peak {most:7.0f} MB")


class Memory:
    """The peak of what Terraform, providers and the relay occupy together (proportional set size)."""

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


def table(title: str, costs: Mapping[str, list[Cost]]) -> None:
    """Print medians, and how many times less than the first variant."""
    print(f"\n{title}")
    base: Cost | None = None
    for name, found in costs.items():
        median = Cost(
            *(statistics.median(values) for values in zip(*((c.wall, c.cpu) for c in found), strict=True))
        )
        base = base or median
        times = f"{base.wall / median.wall:6.1f}x {base.cpu / median.cpu:6.1f}x"
        print(f"  {name:<24} {median.wall:7.2f} s wall {median.cpu:7.2f} s CPU  {times}")


def _own_processes() -> list[int]:
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit():
                program = (place / "cmdline").read_bytes()
                if b"terraform" in program and b"cellwright.sandbox" not in program:
                    found.append(int(place.name))
    return found


def _proportional_megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _process_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--resources", type=int, nargs="*", default=[5, 60])
    parser.add_argument("--units", type=int, default=8)
    parser.add_argument("--kinds", nargs="*", choices=("aws", "endpoints"), default=["aws", "endpoints"])
    parser.add_argument("--no-first-sight", action="store_true")
    options = parser.parse_args()
    root, runtime = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp(prefix="cwr"))
    own = {"XDG_CACHE_HOME": str(root / "cache"), "XDG_RUNTIME_DIR": str(runtime)}
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | own
    with start_sandbox(root / "sandbox") as sandbox:
        place = Place(root, sandbox, environment)
        try:
            place.daemon()
            if not options.no_first_sight:
                first_sight(place)
            for resources in options.resources:
                for kind in options.kinds:
                    compare(place, resources, options.rounds, endpoints=kind == "endpoints")
            if options.units:
                several(place, options.units, max(1, options.rounds // 2))
        finally:
            if place.relay is not None:
                place.relay.stop(now=True)
            shutil.rmtree(root, ignore_errors=True)
            shutil.rmtree(runtime, ignore_errors=True)


if __name__ == "__main__":
    main()
