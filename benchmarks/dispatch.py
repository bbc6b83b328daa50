"""What the queue costs: units a second that workers take, record and give back, when there is nothing to do.

    python benchmarks/dispatch.py [--units 1000] [--workers 1 2 4] [--soak 2000] [--write DOCUMENT]

Workers are processes of four hands each. A unit is claimed with its lease, recorded as unchanged, its lease
given back and its run advanced, as a host does it, with no Terraform in between. A PostgreSQL server is
started as the contract tests start it, on the same cores, woken by Procrastinate.

The soak kills one of four workers at random, again and again, with SIGKILL, and starts another in its place,
while the units of two runs take a tenth of a second each. At the end every unit has one outcome, and nobody
has resumed anything.
"""

import argparse
import random
import subprocess  # workers are processes: that is what is measured
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from marked import write_section

from cellwright.app.runs.hosting.hints import Hints
from cellwright.app.runs.hosting.looking_after import LookingAfter
from cellwright.app.runs.queued_task import QueuedTask, to_json
from cellwright.engine.dispatch.dispatcher import Dispatcher, ThreadDispatcher
from cellwright.engine.dispatch.procrastinate_jobs import ProcrastinateDispatcher
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.database.location import PostgresLocation, sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.queue.claims import ClaimRequest
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from contract.postgres import postgres_server

HANDS, TTL = 4, 3.0
WANTED = 50.0
"""Units a second on PostgreSQL."""
_ADA = Actor("ada", "benchmark")


def queue_run(ledger: Ledger, name: str, units: int) -> None:
    """Put a run of so many clients of one stack into the queue."""
    queued = tuple(
        QueuedUnit(address=UnitAddress(name, f"c{number:05}", "app"), account=f"a{number % 20}")
        for number in range(units)
    )
    run = Run(
        id=name,
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started=datetime.now(UTC).isoformat(),
        finished=None,
        commit=None,
        units=tuple(RunUnit(item.address, Operation.APPLY) for item in queued),
    )
    ledger.recorder.start_run(run, queued=QueuedRun(task=to_json(QueuedTask(actor=_ADA)), units=queued))


def work(url: str, seconds: float) -> None:
    """Be a worker until killed."""
    name = f"w{random.getrandbits(32):08x}"
    ledger = open_ledger(url)
    location = ledger.database.location
    dispatcher: Dispatcher = ThreadDispatcher()
    if isinstance(location, PostgresLocation):
        dispatcher = ProcrastinateDispatcher(location.conninfo)

    hints = Hints()

    def take() -> bool:
        claim = ledger.queue.claim(ClaimRequest(worker=name, holder=this_process, ttl=TTL))
        if claim is None:
            hints.nothing_found()
            return False
        if hints.due() and ledger.queue.may_begin():
            dispatcher.wake(claim.run)
        time.sleep(seconds)
        result = UnitResult(claim.unit, Outcome.UNCHANGED)
        ledger.recorder.record_result(claim.run, result, fencing=claim.lease.fencing, turn=claim.turn)
        ledger.leases.release(claim.lease)
        ledger.queue.advance(claim.run, _ADA, [claim.unit])
        return True

    LookingAfter(
        ledger=lambda: ledger,
        worker=lambda: Worker(id=name, kind="worker", process=this_process(""), labels={}, parallel=HANDS),
        wake=dispatcher.wake,
        each_second=lambda: None,
        drain=lambda: None,
        tidy=dispatcher.tidy,
        each_beat=lambda: None,
        ttl=TTL,
    ).begin()
    dispatcher.start(take, HANDS)
    print("ready", flush=True)
    while True:
        time.sleep(60)


@contextmanager
def workers(url: str, count: int, seconds: float = 0.0) -> Iterator[list["subprocess.Popen[str]"]]:
    """Run so many workers, killed at the end; yields them when all are ready."""
    found = [_worker(url, seconds) for _ in range(count)]
    try:
        for process in found:
            _ready(process)
        yield found
    finally:
        for process in found:
            process.kill()
            process.communicate()


def _worker(url: str, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--as-worker", url, "--seconds", str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _ready(process: "subprocess.Popen[str]") -> None:
    line = process.stdout.readline() if process.stdout else ""
    if line != "ready\n":
        raise RuntimeError("a worker has ended")


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast so many workers were."""

    database: str
    workers: int
    a_second: float
    own_cpu: float
    """CPU milliseconds of the workers for a unit."""
    database_cpu: float
    """CPU milliseconds of the database's own processes for a unit."""


def measure(database: str, url: str, count: int, units: int, server: Sequence[int] = ()) -> Speed:
    """Measure how long so many workers take for a run; `server` is the database's process, if it has one."""
    with open_ledger(url) as ledger, workers(url, count) as hands:
        name = f"run{count}"
        queue_run(ledger, name, units)
        begun, own, theirs = time.perf_counter(), _cpu(item.pid for item in hands), _cpu(server)
        _wait(ledger, name)
        seconds = time.perf_counter() - begun
        own, theirs = _cpu(item.pid for item in hands) - own, _cpu(server) - theirs
    return Speed(database, count, units / seconds, 1000 * own / units, 1000 * theirs / units)


def _cpu(processes: Iterable[int]) -> float:
    """CPU seconds of processes, with those that they have started and that live."""
    total = 0.0
    for number in processes:
        with suppress(psutil.Error):
            process = psutil.Process(number)
            for item in (process, *process.children(recursive=True)):
                times = item.cpu_times()
                total += times.user + times.system
    return total


def _wait(ledger: Ledger, run: str) -> None:
    while ledger.reader.is_queued(run):
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Soak:
    """What was left after so many kills."""

    units: int
    kills: int
    seconds: float
    again: int
    """Units that were claimed more than once, because their workers were killed."""


def soak(url: str, units: int, chance: random.Random) -> Soak:
    """Kill workers at random while two runs go on.

    Raises:
        RuntimeError: a unit was lost, or has another outcome.
    """
    with open_ledger(url) as ledger, workers(url, 4, 0.1) as hands:
        for name in ("soak1", "soak2"):
            queue_run(ledger, name, units // 2)
        begun, kills = time.perf_counter(), 0
        while any(ledger.reader.is_queued(run) for run in ("soak1", "soak2")):
            time.sleep(chance.uniform(0.5, 2.0))
            place = chance.randrange(len(hands))
            hands[place].kill()
            hands[place].communicate()
            kills += 1
            hands[place] = _worker(url, 0.1)
            _ready(hands[place])
        seconds = time.perf_counter() - begun
        outcomes: Counter[object] = Counter()
        again = 0
        for run in ("soak1", "soak2"):
            outcomes += Counter(item.outcome for item in ledger.reader.run_units(run).values())
        with ledger.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM leases WHERE fencing > 1").scalar_one()
            again = int(rows)
    if outcomes != Counter({Outcome.UNCHANGED: units}):
        raise RuntimeError(f"units were lost: {outcomes}")
    return Soak(units, kills, seconds, again)


def table(speeds: list[Speed], soaked: Soak | None) -> str:
    """Write the results as Markdown."""
    lines = [
        "| ledger | workers | units a second | CPU ms a unit: workers | database |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {item.database} | {item.workers} | {item.a_second:.0f} | {item.own_cpu:.1f}"
        f" | {item.database_cpu:.1f} |"
        for item in speeds
    ]
    if soaked is not None:
        lines += [
            "",
            (
                f"Soak on PostgreSQL: {soaked.units:,} units, 4 workers, {soaked.kills} random kills in "
                f"{soaked.seconds:.0f} seconds: every unit has one outcome; {soaked.again} were taken again."
            ),
        ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the document's section if one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--units", type=int, default=1_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--soak", type=int, default=2_000)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--as-worker", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=0.0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.as_worker:
        work(chosen.as_worker, chosen.seconds)
        return
    speeds, soaked = [], None
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        for count in chosen.workers:
            place = sqlite_url(Path(folder) / f"{count}" / "ledger.db")
            speeds.append(measure("SQLite", place, count, chosen.units))
            print(speeds[-1], flush=True)
        postmaster = [int((server.folder / "data" / "postmaster.pid").read_text().split()[0])]
        for count in chosen.workers:
            place = server.url(server.new_database())
            speeds.append(measure("PostgreSQL", place, count, chosen.units, postmaster))
            print(speeds[-1], flush=True)
        if chosen.soak:
            soaked = soak(server.url(server.new_database()), chosen.soak, random.Random(12))  # noqa: S311
    text = table(speeds, soaked)
    print(text)
    if chosen.write:
        write_section(chosen.write, "dispatch", text)


if __name__ == "__main__":
    main()
