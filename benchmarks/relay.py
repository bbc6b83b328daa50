"""What the relay saves: the AWS provider against the sandbox, with the relay and without it, in one run.

Usage: python benchmarks/relay.py [--rounds 5] [--resources 5 60] [--units 8] [--kinds aws endpoints]
       [--demo 3] [--write docs/performance.md]

Every measurement starts from an initialised working folder and an empty, emulated account that has answered
before: what the emulator does once, with the first call, is not measured. The variants alternate; medians are
printed. CPU seconds count everything that belongs to a variant: Cellwright, Terraform, providers, and the
relay with its spawner; not the emulator, which does the same work in all of them. On a machine that does
other work at the same time, compare these.
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
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from pathlib import Path

import boto3
from marked import write_section
from processes import Memory, children, own_cpu, process_cpu

from cellwright.files.user_cache import user_cache
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import SilentReporter
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.relay_providers import RelaySettings, with_relay
from cellwright.relay.folders import default_runtime_folder
from cellwright.sandbox.process import Sandbox, start_sandbox
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.toolchain import Toolchain, ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder

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


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of CPU, and how much of the CPU time was the relay process's own."""

    wall: float
    cpu: float
    relay: float


@dataclass(slots=True)
class Place:
    """One user's folders, with a sandbox."""

    root: Path
    sandbox: Sandbox
    environment: dict[str, str]
    relay: RelayClient | None = None
    plain: Toolchain = field(init=False)
    relayed: Toolchain = field(init=False)

    def __post_init__(self) -> None:
        self.plain = assemble_toolchain(ToolchainSettings(), self.root, self.environment)
        self.relayed = with_relay(self.plain, RelaySettings())

    def daemon(self) -> int:
        """The relay's process, started if need be."""
        if self.relay is None:
            runtime = default_runtime_folder(self.environment)
            cache = user_cache(self.environment) / "relay"
            self.relay = RelayClient.connect_or_start(cache, runtime, self.environment)
        return self.relay.ensure_running()

    def cpu(self) -> float:
        """CPU seconds so far of everything that is measured."""
        total = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            total += usage.ru_utime + usage.ru_stime
        daemon = self.daemon()
        return total + process_cpu(daemon) + sum(process_cpu(child) for child in children(daemon))

    def measure(self, work: Callable[[], object]) -> Cost:
        """Do something once. The pause lets ended providers be counted."""
        daemon = self.daemon()
        before, relay, began = self.cpu(), own_cpu(daemon), time.perf_counter()
        work()
        wall = time.perf_counter() - began
        time.sleep(0.5)
        return Cost(wall, self.cpu() - before, own_cpu(daemon) - relay)

    def empty(self, *units: "Unit") -> None:
        """Begin again with nothing."""
        self.sandbox.admin.reset()
        wake(self.sandbox.endpoint)
        for unit in units:
            unit.state.unlink(missing_ok=True)


def wake(endpoint: str) -> None:
    """Let the emulator do what it does once for an account: AWS's own policies take it half a second."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    for _ in range(2):
        session.client("sts", endpoint_url=endpoint).get_caller_identity()
    session.client("ec2", endpoint_url=endpoint).describe_vpcs()
    session.client("s3", endpoint_url=endpoint).list_buckets()


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
        files = [_file(folder / "main.tf")]
        lock = self.place.root / LOCK_FILE
        if lock.exists():
            files.append(_file(lock))
        return StackTree(
            files=tuple(files),
            module=".",
            digest=f"{hash((text, len(files)))}",
            label="",
            commit=None,
            folder=folder,
        )


def _file(path: Path) -> StackFile:
    return StackFile(path.name, path, executable=False, sha256=hashlib.sha256(path.read_bytes()).digest())


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
    unit.through(place.relayed)  # what the relay does once for a new configuration is measured elsewhere
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
    toolchains = {"cellwright --no-relay": place.plain, "cellwright": place.relayed}
    rates: dict[str, list[float]] = {name: [] for name in toolchains}
    peaks: dict[str, list[float]] = {name: [] for name in toolchains}
    for _ in range(rounds):
        for name, toolchain in toolchains.items():
            place.empty(*crowd)
            with Memory() as memory, ThreadPoolExecutor(units) as pool:
                began = time.perf_counter()
                list(pool.map(Unit.through, crowd, repeat(toolchain)))
                rates[name].append(units / (time.perf_counter() - began) * 60)
            peaks[name].append(memory.peak)
    first = next(iter(rates))
    lines = ["| | units a minute | | peak memory of everything |", "|---|---|---|---|"]
    for name, found in rates.items():
        rate, most = statistics.median(found), statistics.median(peaks[name])
        times = rate / statistics.median(rates[first])
        lines.append(f"| {name} | {rate:.1f} | {times:.1f}x | {most:.0f} MB |")
    report(f"{units} units of five resources at once, on {os.cpu_count()} cores", lines)


REPORTED: list[str] = []


def report(title: str, lines: list[str]) -> None:
    """Print a table, and remember it for the document."""
    REPORTED.append("\n".join([f"**{title}**", "", *lines, ""]))
    print(REPORTED[-1], flush=True)


def demos(rounds: int) -> None:
    """Tell the demo's short story with the relay and without it; each has caches that know the provider."""
    seconds: dict[str, list[float]] = {"cellwright demo --no-relay": [], "cellwright demo": []}
    program = Path(sys.executable).with_name("cellwright")
    for _ in range(rounds):
        for words, found in seconds.items():
            began = time.perf_counter()
            command = [str(program), *words.split()[1:], "--json"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            found.append(time.perf_counter() - began)
    first = statistics.median(next(iter(seconds.values())))
    lines = ["| | seconds | |", "|---|---|---|"]
    for words, found in seconds.items():
        median = statistics.median(found)
        lines.append(f"| `{words}` | {median:.1f} | {first / median:.1f}x |")
    report(f"The demo from nothing: three levels, two clients, one change (medians of {rounds})", lines)


def table(title: str, costs: Mapping[str, list[Cost]]) -> None:
    """Report medians, and how many times less than the first variant."""
    lines = ["| | seconds | CPU seconds | of them the relay's | | |", "|---|---|---|---|---|---|"]
    base: Cost | None = None
    for name, found in costs.items():
        measured = zip(*((cost.wall, cost.cpu, cost.relay) for cost in found), strict=True)
        median = Cost(*(statistics.median(values) for values in measured))
        base = base or median
        times = f"{base.wall / median.wall:.1f}x | {base.cpu / median.cpu:.1f}x" if len(costs) > 1 else " | "
        figures = f"{median.wall:.2f} | {median.cpu:.2f} | {median.relay:.3f}"
        lines.append(f"| {name} | {figures} | {times} |")
    report(title, lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--resources", type=int, nargs="*", default=[5, 60])
    parser.add_argument("--units", type=int, default=8)
    parser.add_argument("--kinds", nargs="*", choices=("aws", "endpoints"), default=["aws", "endpoints"])
    parser.add_argument("--no-first-sight", action="store_true")
    parser.add_argument(
        "--demo", type=int, default=0, help="so many demos too, with the relay and without it"
    )
    parser.add_argument("--write", type=Path, help="the document whose section about the relay is rewritten")
    options = parser.parse_args()
    root, runtime = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp(prefix="cwr"))
    own = {"XDG_CACHE_HOME": str(root / "cache"), "XDG_RUNTIME_DIR": str(runtime)}
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | own
    with start_sandbox(root / "sandbox", os.environ) as sandbox:
        place = Place(root, sandbox, environment)
        try:
            place.daemon()
            if not options.no_first_sight:
                first_sight(place)
            for resources in options.resources:
                # The second kind differs in a constant alone: one size tells it.
                for kind in options.kinds if resources == options.resources[0] else options.kinds[:1]:
                    compare(place, resources, options.rounds, endpoints=kind == "endpoints")
            if options.units:
                several(place, options.units, options.rounds)
        finally:
            if place.relay is not None:
                place.relay.stop(now=True)
            shutil.rmtree(root, ignore_errors=True)
            shutil.rmtree(runtime, ignore_errors=True)
    if options.demo:
        demos(options.demo)
    if options.write is not None:
        write_section(options.write, "relay", f"Medians of {options.rounds}.\n\n" + "\n".join(REPORTED))


if __name__ == "__main__":
    main()
