"""What a long history costs: a million events and a thousand runs, read as somebody at a terminal reads them.

    python benchmarks/trail.py [--postgres URL of an empty database | --own-postgres] [--events 1000000]

Each figure is one whole process, its output going into a pipe: seconds until the first line and until the
last, CPU seconds, and MB of memory at its largest. Growth is told in bytes of the database. `--own-postgres`
starts a server of this machine in a folder of its own.
"""

import argparse
import os
import subprocess  # the benchmark's own door: whole processes are what it measures
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from made_up_trail import EVERYBODY, RUN_SIZE, PastRun, fill_events, fill_runs

from cellwright.ledger.database.compaction import database_size
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger

HERE = Path(__file__).parent
COMMAND = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")
FLEET = """\
fleet: history
levels:
  - name: client
    cells: clients
    stacks: {app: {source: ./stack}}
"""
RUNS = 1_000
BUSY = 200
"""Clients that the thousand runs are about: each unit is in fifty of them."""
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process."""

    first: float
    whole: float
    cpu: float
    memory: float
    written: int


@dataclass(frozen=True, slots=True)
class History:
    """A fleet with a ledger somewhere."""

    fleet: Path
    url: str

    def sample(self, *arguments: str) -> Cost:
        """Run one command and read all that it says."""
        command = [*COMMAND, "--fleet", str(self.fleet), "--ledger", self.url, *arguments]
        begun = time.perf_counter()
        with (self.fleet / "said").open("w+b") as said:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_environment())
            stream = process.stdout
            if stream is None:
                raise RuntimeError("no output to read")
            written = len(stream.readline())
            first = time.perf_counter() - begun
            memory = _largest(process.pid)
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                memory = max(memory, _largest(process.pid))
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            whole = time.perf_counter() - begun
        if process.returncode:
            raise RuntimeError(f"{arguments} failed: {(self.fleet / 'said').read_text()}")
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(first, whole, cpu, memory, written)

    def size(self) -> int:
        """Bytes of the database."""
        with open_ledger(self.url) as ledger:
            return database_size(ledger.database)


def _largest(process: int) -> float:
    """MB that a process took at most so far; what the system tells at its end counts its parent's, too."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "CELLWRIGHT_ACTOR": "benchmark"}


def listings(events: int) -> Iterator[tuple[str, Sequence[str]]]:
    """What is measured of the trail and of the runs."""
    some = PastRun(events // RUN_SIZE // 2, EVERYBODY)
    yield "all events", ("events",)
    yield "all events, --json", ("events", "--json")
    yield "the last 20 events", ("events", "--last", "20")
    yield "events of one client", ("events", "--subject", f"client/client-{EVERYBODY // 2:05}")
    yield "events of one stack everywhere", ("events", "--subject", "client/*/app", "--json")
    yield "events of one run", ("events", "--subject", some.id)
    yield "events of an actor who did nothing", ("events", "--actor", "nobody at all")
    yield (
        "events of one day",
        ("events", "--since", f"{some.moment:%Y-%m-%d}", "--until", f"{some.moment:%Y-%m-%d}"),
    )
    yield "events verify", ("events", "verify")
    yield "runs, the newest 20", ("runs",)
    yield f"runs, all {RUNS:,}", ("runs", "--limit", str(RUNS))
    yield "prune, only said", ("prune", "--keep-days", "0")


def measure(name: str, history: History, events: int) -> None:
    """Fill a ledger and print its table."""
    print(f"\n{name}")
    empty = history.size()
    with open_ledger(history.url) as ledger:
        fill_runs(ledger, RUNS, BUSY)
        with_runs = database_size(ledger.database)
        fill_events(ledger, events, EVERYBODY)
        grown = database_size(ledger.database)
    per_run = (with_runs - empty) / RUNS
    per_event = (grown - with_runs) / events
    details = f"{per_run:,.0f} of details, {per_run / RUN_SIZE:,.0f} of each unit"
    print(f"  bytes of a run of {RUN_SIZE} units: {details}")
    print(
        f"  bytes of an event: {per_event:,.0f}; of such a run: {per_event * (RUN_SIZE + 2):,.0f} of events"
    )
    print(f"  {'':<38}{'first line':>11}{'all':>9}{'CPU':>9}{'MB':>7}{'written':>13}")
    for what, arguments in listings(events):
        show(what, history.sample(*arguments))
    measure_evidence(history)
    show("prune --yes", history.sample("prune", "--keep-days", "0", "--yes"))
    print(f"  the ledger: {grown:,} bytes before pruning, {history.size():,} after")


def measure_evidence(history: History) -> None:
    """Make evidence of the whole history, signed, and check it."""
    folder = str(history.fleet / f"evidence-{time.monotonic_ns()}")
    history.sample("events", "key")
    made = history.sample("evidence", "--from", "2000-01-01", "-o", folder)
    size = sum(path.stat().st_size for path in Path(folder).iterdir())
    show("evidence of all", replace(made, written=size))
    show("evidence verify", history.sample("evidence", "verify", folder))


def show(what: str, cost: Cost) -> None:
    """One line of the table."""
    seconds = f"{cost.first:>11.2f}{cost.whole:>9.2f}{cost.cpu:>9.2f}"
    print(f"  {what:<38}{seconds}{cost.memory:>7.0f}{cost.written:>13,}", flush=True)


def make_fleet(folder: Path) -> Path:
    """A fleet that has as good as nothing in it: its history is what is measured."""
    (folder / "stack").mkdir(parents=True)
    (folder / "clients").mkdir()
    (folder / "stack" / "main.tf").write_text("")
    (folder / "fleet.yaml").write_text(FLEET)
    return folder


def main() -> None:
    """Measure what was asked for."""
    options = argparse.ArgumentParser(description="What a long history costs.")
    options.add_argument("--postgres", metavar="URL", help="an empty database to measure as well")
    options.add_argument(
        "--own-postgres", action="store_true", help="start a server and measure on it as well"
    )
    options.add_argument("--events", type=int, default=1_000_000)
    given = options.parse_args()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        fleet = make_fleet(folder / "fleet")
        measure("SQLite: seconds", History(fleet, sqlite_url(folder / "ledger.db")), given.events)
        url = given.postgres
        if given.own_postgres:
            sys.path.insert(0, str(HERE.parent / "tests"))
            from contract.postgres import postgres_server  # noqa: PLC0415  only where it is asked for

            server = opened.enter_context(postgres_server())
            url = server.url(server.new_database())
        if url:
            measure("PostgreSQL: seconds", History(fleet, url), given.events)


if __name__ == "__main__":
    main()
