"""What commands cost by themselves: CPU of their own process, beside that of another version of the sources.

    python benchmarks/startup.py [--repeat 11] [--before FOLDER] [--write DOCUMENT]

A fleet of 61 units without a provider is written and recorded as applied. `--before` names the `src` of
another version; both take turns, so that other work on the machine slows both alike. CPU seconds are those of
the process itself: what Terraform and git take is the processes' that it starts.
"""

import argparse
import os
import statistics
import subprocess  # the benchmark's own door: whole processes are what it measures
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from marked import write_section

HERE = Path(__file__).parent
OWN = HERE.parent / "src"
COMMAND = """
import os, resource, sys
from cellwright.cli.main import main
main(sys.argv[1:])
spent = resource.getrusage(resource.RUSAGE_SELF)
os.write(2, b"\\n%f %d" % (spent.ru_utime + spent.ru_stime, spent.ru_maxrss))
"""
FLEET = """fleet: startup
levels:
  - name: base
    cells: accounts
    stacks:
      network: {source: ./stacks/network}
  - name: client
    cells: clients
    placement: account
    layers: [defaults/client.yaml]
    stacks:
      app: {source: ./stacks/app}
"""
STACK = """variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 1
}

resource "terraform_data" "this" {
  input = [var.name, var.size]
}

output "id" {
  value = terraform_data.this.id
}
"""
CLIENTS = 60
EDITED = "clients/c00.yaml"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "`--version`": ("--version",),
    "`--help`": ("--help",),
    "`status` of 61 units, nothing changed": ("status",),
    "`show` of a unit": ("show", "client/c00/app"),
    "`explain` of an input": ("explain", "client/c00/app", "size"),
    "`plan` that finds nothing to do": ("plan",),
    "`plan` of one unit": ("plan", "client/c00"),
}
"""In this order: before the last one a file is edited."""


def write_fleet(folder: Path) -> None:
    """Write the fleet, and record it as applied."""
    layer = 'stacks: {app: {name: "${output.base.network.id}-${cell.name}"}}\n'
    files = {
        "fleet.yaml": FLEET,
        "accounts/one.yaml": "stacks: {network: {name: one}}\n",
        "defaults/client.yaml": layer,
        **{f"stacks/{stack}/main.tf": STACK for stack in ("network", "app")},
        **{f"clients/c{number:02}.yaml": _client(number) for number in range(CLIENTS)},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run([sys.executable, str(HERE / "applied.py"), str(folder)], check=True, capture_output=True)


def sample(fleet: Path, sources: Path, arguments: tuple[str, ...]) -> tuple[float, float]:
    """Run one command; CPU seconds of its own process, and MB."""
    environment = {**os.environ, "PYTHONPATH": str(sources), "NO_COLOR": "1"}
    # Each version has caches of its own: what another one has kept would be read anew every time.
    environment["XDG_CACHE_HOME"] = str(fleet / ".caches" / str(sources).replace(os.sep, "_"))
    environment["PYTHONPYCACHEPREFIX"] = str(fleet / ".bytecode")  # an installed package has its bytecode
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=fleet,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, kilobytes = done.stderr.rsplit("\n", 1)[-1].split()
    return float(seconds), int(kilobytes) / 1024


def measured(fleet: Path, sources: list[Path], repeat: int) -> list[list[str]]:
    """A row for each command: the medians of each version, which take turns."""
    rows = []
    for title, arguments in COMMANDS.items():
        if arguments == COMMANDS["`plan` of one unit"]:
            (fleet / EDITED).write_text(_client(1000))
        for version in sources:  # what a first call leaves behind is what later ones find
            sample(fleet, version, arguments)
        found: dict[Path, list[tuple[float, float]]] = {version: [] for version in sources}
        for _ in range(repeat):
            for version in sources:
                found[version].append(sample(fleet, version, arguments))
        rows.append([title, *map(_median, found.values())])
        print(*rows[-1], sep=" | ", flush=True)
    return rows


def _median(samples: list[tuple[float, float]]) -> str:
    seconds, memory = (statistics.median(column) for column in zip(*samples, strict=True))
    return f"{seconds:.2f}, {memory:.0f}"


def _client(size: int) -> str:
    return f"account: one\nstacks: {{app: {{size: {size}}}}}\n"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=11)
    parser.add_argument("--before", type=Path, help="the `src` of the version to compare with")
    parser.add_argument("--write", type=Path, help="the document whose section about the start is rewritten")
    chosen = parser.parse_args()
    sources = [OWN] if chosen.before is None else [chosen.before.absolute(), OWN]
    for version in sources:
        command = [sys.executable, "-m", "compileall", "-q", "-x", "/reference/", str(version / "cellwright")]
        subprocess.run(command, check=True)
    with tempfile.TemporaryDirectory(prefix="cellwright-startup-") as folder:
        write_fleet(Path(folder))
        rows = measured(Path(folder), sources, chosen.repeat)
    heads = ["CPU seconds, MB", *(["before", "now"] if len(sources) > 1 else ["now"])]
    lines = [" | ".join(heads), "|".join(["---"] * len(heads)), *map(" | ".join, rows)]
    text = f"Medians of {chosen.repeat}.\n\n" + "".join(
        f"|{line}|\n" if line.startswith("---") else f"| {line} |\n" for line in lines
    )
    if chosen.write is not None:
        write_section(chosen.write, "startup", text)


if __name__ == "__main__":
    main()
