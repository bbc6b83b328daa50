"""Measures what a fleet's size costs: whole processes, as somebody at a terminal waits for them.

    python benchmarks/scale.py [--clients 137 1514 10000] [--repeat 5] [--folder FOLDER] [--write DOCUMENT]

For each size a synthetic fleet is written and its ledger filled as if everything were applied. Seconds are
the medians of wall-clock times; CPU seconds and peak memory (the largest process) stand beside them, because
on a busy machine only these can be trusted.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import synthetic
from marked import write_section
from plot import write_plot

HERE = Path(__file__).parent
COMMAND = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")
TARGETS = {
    "check, no cache": (3.0, 18.0),
    "status, nothing changed": (0.6, 2.0),
    "status, one client edited": (0.7, 2.0),
    "status, a default changed": (2.0, 10.0),
    "status, a stack's source changed": (1.0, 4.0),
    "plan of one client, until Terraform starts": (0.6, 1.0),
    "graph of one client": (None, None),
    "explain one input": (None, None),
}
"""Seconds wanted at 9,261 and at 60,000 units."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One process: seconds, CPU seconds with those of its children, MB of its largest process."""

    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The median of a measurement at one size."""

    what: str
    units: int
    seconds: float
    cpu: float
    memory: float


class Bench:
    """One fleet of one size."""

    def __init__(self, folder: Path, clients: int) -> None:
        self.fleet = folder / f"fleet-{clients}"
        self.marker = folder / "terraform-started"
        self._edits = 0
        if not (self.fleet / ".cellwright" / "ledger.db").exists():
            synthetic.write_fleet(self.fleet, synthetic.Size(clients))
            _run_silently([sys.executable, str(HERE / "applied.py"), str(self.fleet)])
        # One whose file says nothing about `storage` yet.
        files = sorted((self.fleet / "clients").glob("*.yaml"))
        self._client = next(file for file in files if "  storage:" not in file.read_text())
        self.terraform = _fake_terraform(folder, self.marker)
        # Once without measuring: what a first call after applying leaves behind is what later ones find.
        self.sample("status")

    @property
    def units(self) -> int:
        """How many units the fleet has, switched-off ones included."""
        cells = len(list((self.fleet / "clients").iterdir()))
        return cells * len(synthetic.CLIENT) + 20 * (len(synthetic.BASE) + len(synthetic.UTILITY))

    def sample(self, *arguments: str, until: Path | None = None) -> Sample:
        """Run one command in a process of its own."""
        command = [*COMMAND, "--fleet", str(self.fleet), *arguments]
        environment = {**os.environ, "PATH": f"{self.terraform}:{os.environ['PATH']}", "NO_COLOR": "1"}
        start = time.time()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
        )
        told = process.stderr.read() if process.stderr is not None else b""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.time() - start
        if until is not None:
            seconds = float(until.read_text()) - start
        elif os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"{command} failed: {told.decode()}")
        return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def measures(self) -> Iterator[tuple[str, Callable[[], Sample]]]:
        """Yield what is measured, in an order in which one does not disturb the next."""
        yield "status, nothing changed", lambda: self.sample("status")
        yield "graph of one client", lambda: self.sample("graph", self.client)
        yield "explain one input", lambda: self.sample("explain", f"{self.client}/app", "size")
        yield "status, one client edited", self._one_client
        yield "plan of one client, until Terraform starts", self._plan
        yield "status, a stack's source changed", self._source
        yield "status, a default changed", self._default
        yield "check, no cache", self._cold

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """Put every file back afterwards that a measurement edits."""
        edited = (
            self._client,
            self.fleet / "stacks" / "client" / "app" / "main.tf",
            self.fleet / "defaults" / "client.yaml",
        )
        contents = [path.read_bytes() for path in edited]
        try:
            yield
        finally:
            for path, content in zip(edited, contents, strict=True):
                path.write_bytes(content)
            self.sample("status")

    @property
    def client(self) -> str:
        """The client that is edited."""
        return f"client/{self._client.stem}"

    def _one_client(self) -> Sample:
        self._edit_client()
        return self.sample("status")

    def _plan(self) -> Sample:
        self._edit_client()
        self.marker.unlink(missing_ok=True)
        return self.sample("plan", self.client, until=self.marker)

    def _edit_client(self) -> None:
        self._edits += 1
        text = self._client.read_text().split("  storage:\n")[0]
        self._client.write_text(f"{text}  storage:\n    size: {1000 + self._edits}\n")

    def _source(self) -> Sample:
        self._edits += 1
        main = self.fleet / "stacks" / "client" / "app" / "main.tf"
        main.write_text(main.read_text().split("# edited")[0] + f"# edited {self._edits}\n")
        return self.sample("status")

    def _default(self) -> Sample:
        self._edits += 1
        layer = self.fleet / "defaults" / "client.yaml"
        text = layer.read_text()
        start = text.index("  app:")
        place = text.index("seconds: ", start) + len("seconds: ")
        end = text.index("}", place)
        layer.write_text(f"{text[:place]}{100 + self._edits}{text[end:]}")
        return self.sample("status")

    def _cold(self) -> Sample:
        shutil.rmtree(self.fleet / ".cellwright" / "cache")
        return self.sample("check")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[137, 1_514, 10_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", type=Path, help="the document whose section about size is rewritten")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="cellwright-scale-"))
    figures: list[Figure] = []
    for clients in chosen.clients:
        figures += measured(Bench(folder, clients), chosen.repeat)
    (folder / "figures.json").write_text(json.dumps([asdict(item) for item in figures], indent=1))
    if chosen.write is not None:
        write_figures(chosen.write, figures, chosen.repeat)


def measured(bench: Bench, repeat: int) -> list[Figure]:
    """Take the median of every measurement at one size."""
    figures = []
    for what, measure in bench.measures():
        with bench.as_it_was():
            samples = [measure() for _ in range(repeat)]
        figure = Figure(
            what=what,
            units=bench.units,
            seconds=round(statistics.median(item.seconds for item in samples), 2),
            cpu=round(statistics.median(item.cpu for item in samples), 2),
            memory=round(max(item.memory for item in samples)),
        )
        print(figure, flush=True)
        figures.append(figure)
    return figures


def write_figures(document: Path, figures: list[Figure], repeat: int) -> None:
    """Rewrite the table and the plot; whatever else the document says stays."""
    plot = document.parent / "performance-scale.svg"
    lines = {what: [(item.units, item.cpu) for item in figures if item.what == what] for what in TARGETS}
    write_plot(plot, lines, "CPU seconds by units")
    write_section(document, "scale", f"{_table(figures, repeat)}\n![]({plot.name})\n")


def _table(figures: list[Figure], repeat: int) -> str:
    sizes = sorted({item.units for item in figures})
    head = "| seconds (CPU seconds; MB) | " + " | ".join(f"{size:,} units" for size in sizes) + " | wanted |"
    rows = [
        f"Medians of {repeat}; each figure is a whole process.\n",
        head,
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for what, wanted in TARGETS.items():
        cells = []
        for size in sizes:
            found = next((item for item in figures if item.what == what and item.units == size), None)
            cells.append(f"{found.seconds:g} ({found.cpu:g}; {found.memory:g})" if found else "")
        target = f"{wanted[0]:g} / {wanted[1]:g}" if wanted[0] is not None else ""
        rows.append(f"| {what} | " + " | ".join(cells) + f" | {target} |")
    return "\n".join(rows) + "\n"


def _fake_terraform(folder: Path, marker: Path) -> Path:
    """Make a `terraform` that says when it was started to do something, and does nothing."""
    programs = folder / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    program = programs / "terraform"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in *version*)\n'
        "echo 'Terraform v1.11.4'; exit 0;; esac\n"
        f"[ -e '{marker}' ] || date +%s.%N > '{marker}'\nexit 1\n"
    )
    program.chmod(0o755)
    return programs


def _run_silently(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
