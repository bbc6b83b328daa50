"""What a run costs by itself: CPU of Cellwright's own processes for each unit, beside Terraform's.

    python benchmarks/run_overhead.py [--clients 1000] [--repeat 3] [--terraform stand-in real]
        [--ledger sqlite postgres] [--write DOCUMENT]

Each sample is one `cellwright apply --yes` as a whole process, over a new fleet of one stack without a
provider for every client. Its CPU seconds are what the kernel counts for the process and for all that it and
its children started and waited for: the command, its launchers, and Terraform. In Terraform's place stands a
program whose own CPU time is known (`metered`), so the difference is Cellwright's own, whoever of its
processes spent it. A PostgreSQL server is started as the contract tests start it, and counted apart.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess  # the benchmark's own door: whole processes are what it measures
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import metered
from marked import write_section

HERE = Path(__file__).parent
COMMAND = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")
WANTED = {"sqlite": 20.0, "postgres": 30.0}
"""CPU milliseconds a unit."""

TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
STACK = """variable "name" {
  type        = string
  description = "Whose it is."
}

resource "terraform_data" "this" {
  input = var.name
}

output "id" {
  value       = terraform_data.this.id
  description = "What was made."
}
"""
FLEET = """fleet: overhead
terraform: {parallel: 2}
levels:
  - name: client
    cells: clients
    stacks:
      app: {source: ./stacks/app}
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run, in milliseconds a unit: CPU of Cellwright, of Terraform, of the database's server; time."""

    own: float
    terraform: float
    server: float
    wall: float


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server, or none."""

    url: str | None = None
    postmaster: int = 0

    def seconds(self) -> float:
        """CPU seconds of all its processes until now, those that ended included."""
        if not self.postmaster:
            return 0.0
        ticks = sum(_ticks(Path(found)) for found in _family(self.postmaster))
        return ticks / os.sysconf("SC_CLK_TCK")


def write_fleet(folder: Path, clients: int) -> None:
    """Write a fleet with one unit for each client."""
    for name, text in {
        "fleet.yaml": FLEET,
        "stacks/app/main.tf": STACK,
        **{f"clients/c{number:04}.yaml": _client(number) for number in range(clients)},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def sample(folder: Path, clients: int, terraform: str, server: Server) -> Sample:
    """Apply a new fleet once, in a new folder."""
    write_fleet(folder / "fleet", clients)
    meter = metered.install(folder / "bin", terraform)
    environment = {
        **os.environ,
        "PATH": f"{meter.folder}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "NO_COLOR": "1",
    }
    ledger = () if server.url is None else ("--ledger", server.url)
    command = (*COMMAND, "--fleet", str(folder / "fleet"), "apply", "--yes", *ledger)
    served, began = server.seconds(), time.perf_counter()
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError((folder / "said").read_text()[-2000:])
    theirs = meter.seconds()
    whole = usage.ru_utime + usage.ru_stime
    spent = (whole - theirs, theirs, server.seconds() - served, wall)
    return Sample(*(seconds / clients * 1000 for seconds in spent))


@contextmanager
def ledger_of(kind: str) -> Iterator[Server]:
    """A new ledger of that kind."""
    if kind == "sqlite":
        yield Server()
        return
    sys.path.insert(0, str(HERE.parent / "tests"))
    from contract.postgres import postgres_server  # noqa: PLC0415  needs a driver that SQLite does not

    with postgres_server() as server:
        postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield Server(server.url(server.new_database()), postmaster)


def measured(folder: Path, clients: int, repeat: int, terraform: str, ledger: str) -> Sample:
    """The median of each figure."""
    samples = []
    for number in range(repeat):
        with ledger_of(ledger) as server:
            samples.append(sample(folder / f"{terraform}-{ledger}-{number}", clients, terraform, server))
        print(terraform, ledger, samples[-1], flush=True)
    columns = ("own", "terraform", "server", "wall")
    return Sample(*(statistics.median(getattr(item, name) for item in samples) for name in columns))


def table(figures: dict[tuple[str, str], Sample], clients: int, repeat: int) -> str:
    """Write the figures as a table."""
    rows = [
        f"{clients:,} units in one `cellwright apply --yes`; medians of {repeat}, milliseconds a unit.\n",
        "| Terraform, ledger | own CPU | wanted | CPU of Terraform | CPU of the server | time |",
        "|---|---|---|---|---|---|",
    ]
    for (terraform, ledger), found in figures.items():
        server = f"{found.server:.1f}" if ledger == "postgres" else ""
        rows.append(
            f"| {terraform}, {TITLES[ledger]} | {found.own:.1f} | {WANTED[ledger]:g} "
            f"| {found.terraform:.1f} | {server} | {found.wall:.0f} |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--terraform", nargs="+", choices=metered.KINDS, default=list(metered.KINDS))
    parser.add_argument("--ledger", nargs="+", choices=list(WANTED), default=list(WANTED))
    parser.add_argument("--write", type=Path, help="the document whose section about runs is rewritten")
    chosen = parser.parse_args()
    if shutil.which("terraform") is None and "real" in chosen.terraform:
        sys.exit("terraform is not on the PATH: --terraform stand-in")
    # Nothing is removed before all is measured: ext4 looks at every inode that was freed in the last minutes
    # when it makes a file, so that one sample would be charged for the files of another.
    with tempfile.TemporaryDirectory(prefix="cellwright-overhead-") as folder:
        figures = {
            (terraform, ledger): measured(Path(folder), chosen.clients, chosen.repeat, terraform, ledger)
            for terraform in chosen.terraform
            for ledger in chosen.ledger
        }
    text = table(figures, chosen.clients, chosen.repeat)
    print(text)
    if chosen.write is not None:
        write_section(chosen.write, "run", text, "run_overhead")


def _client(number: int) -> str:
    return f"stacks:\n  app: {json.dumps({'name': f'client {number}'})}\n"


def _family(postmaster: int) -> Iterator[str]:
    yield f"/proc/{postmaster}"
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    yield from (f"/proc/{child}" for child in children)


def _ticks(process: Path) -> int:
    """Clock ticks of a process and of the children that it has waited for (proc(5))."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


if __name__ == "__main__":
    main()
