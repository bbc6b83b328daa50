"""What the ledger costs: opening it, reading the whole fleet's heads, recording a unit of a run.

    python benchmarks/ledger.py [--postgres URL of an empty database] [--units 6000 60000]

Opening and reading are measured in fresh processes, imports included, as a command pays for them, the median
of five. Recording is one unit at a time, as a run does it: leased, planned, applied, recorded, released.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import insert, text

from cellwright.ledger.audit import EventDraft, verify
from cellwright.ledger.database.codec import dump_values
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.rows import head_row, unit_row
from cellwright.ledger.database.table_groups.unit_tables import HEADS, OUTPUTS, UNITS
from cellwright.ledger.leases import Holder, Lease
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

ROUNDS = 5
RECORDED = 1_000
APPENDED = 2_000
STACKS = ("foundation", "network", "database", "app", "worker", "sftp")

READING = """
import time
wall, cpu = time.perf_counter(), time.process_time()
from cellwright.ledger.opening import open_ledger
imported = time.perf_counter() - wall
import sys
with open_ledger(sys.argv[1], create=False) as ledger:
    opened = time.perf_counter() - wall
    found = getattr(ledger.reader, sys.argv[2])(*[None] * (sys.argv[2] != "heads"))
    print(imported, opened, time.perf_counter() - wall, time.process_time() - cpu, len(found))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float


def addresses(count: int) -> list[UnitAddress]:
    """As many units, six in each client."""
    size = len(STACKS)
    return [
        UnitAddress("client", f"client-{number // size:05}", STACKS[number % size]) for number in range(count)
    ]


def unit_of(address: UnitAddress, number: int) -> AppliedUnit:
    """A unit of ordinary size."""
    digest = f"{number:064x}"
    return AppliedUnit(
        head=AppliedHead(address=address, fingerprint=digest, state=StateMark(digest[:36], number)),
        source_digest=digest,
        source_label="git::https://git.example.com/infra/app.git//stack?ref=v2.1.0 (0a1b2c3)",
        backend_digest=digest,
        inputs={f"input_{key}": AppliedInput(digest, sensitive=False, value="v" * 20) for key in range(12)},
        outputs={
            f"output_{key}": RecordedOutput(digest, sensitive=False, value="arn" * 20) for key in range(5)
        },
        recipe={"stack": {"source": "../app", "version": "v2.1.0"}, "upstreams": ["client/x/foundation"]},
        binary=BinaryVersion("terraform", "1.11.4"),
        run="20261122-214812-3f9a",
        commit="c0ffee" * 6,
        applied_at="2026-11-22T21:48:12+00:00",
    )


def seed(url: str, count: int) -> None:
    """Fill a ledger in one transaction: how it came about is not what is measured."""
    units = [unit_of(address, number) for number, address in enumerate(addresses(count))]
    with open_ledger(url) as ledger, ledger.database.write_expressions() as connection:
        connection.execute(text("DELETE FROM heads"))
        connection.execute(insert(HEADS), [head_row(unit.head) for unit in units])
        connection.execute(insert(UNITS), [unit_row(unit) for unit in units])
        connection.execute(
            insert(OUTPUTS),
            [{"unit": str(unit.head.address), "outputs": dump_values(unit.outputs)} for unit in units],
        )


def reading(url: str, verb: str) -> tuple[float, ...]:
    """Seconds until imported, until opened, until read, and of CPU: medians of fresh processes."""
    rounds = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", READING, url, verb], check=True, capture_output=True, text=True
        )
        rounds.append([float(part) for part in done.stdout.split()])
    return tuple(statistics.median(column) for column in zip(*rounds, strict=True))


def record(ledger: Ledger, run: str, address: UnitAddress, number: int, holder: Holder) -> None:
    """All that a run writes for one unit."""
    lease = ledger.leases.acquire(address, holder, 60)
    if not isinstance(lease, Lease):
        raise TypeError(f"somebody else holds {address}")
    unit = unit_of(address, number)
    ledger.recorder.enter(run, address, UnitState.PLANNING, None, lease.fencing)
    ledger.recorder.enter(
        run, address, UnitState.APPLYING, {"fingerprint": unit.head.fingerprint}, lease.fencing
    )
    ledger.recorder.record_applied(
        unit,
        UnitResult(address, Outcome.APPLIED, 1.0),
        run,
        EventDraft("ada", "unit.applied", str(address), "", {"run": run}),
        lease.fencing,
    )
    ledger.leases.release(lease)


def recording(ledger: Ledger) -> Iterator[tuple[str, Cost]]:
    """What a run writes, from its start to its end."""
    units = addresses(RECORDED)
    run_id = f"bench-{time.time_ns()}"
    run = Run(
        id=run_id,
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(address, Operation.APPLY) for address in units),
    )
    with stopwatch() as cost:
        ledger.recorder.start_run(run)
    yield f"start a run of {RECORDED} units", cost()
    with stopwatch() as cost:
        for number, address in enumerate(units):
            record(ledger, run_id, address, number, Holder("host", 1, "s", run_id))
    whole = cost()
    yield "record one unit (5 transactions)", Cost(whole.wall / RECORDED, whole.cpu / RECORDED)
    with stopwatch() as cost:
        ledger.recorder.finish_run(run_id, RunStatus.SUCCEEDED)
    yield f"finish a run of {RECORDED} units", cost()


class stopwatch:  # noqa: N801 - reads as the statement it is
    """`with stopwatch() as cost: ...`, then `cost()`."""

    def __enter__(self) -> Self:
        self._begun = (time.perf_counter(), time.process_time())
        return self

    def __exit__(self, *_: object) -> None:
        self._cost = Cost(time.perf_counter() - self._begun[0], time.process_time() - self._begun[1])

    def __call__(self) -> Cost:
        """What was spent inside."""
        return self._cost


def show(what: str, *seconds: float) -> None:
    """One line of the table, in milliseconds."""
    print(f"  {what:<44}" + "".join(f"{number * 1000:10.2f}" for number in seconds))


def measure(name: str, url: str, sizes: list[int]) -> None:
    """Print the table of one database."""
    print(f"\n{name}: milliseconds")
    print(f"  {'fresh process':<44}{'imported':>10}{'opened':>10}{'read':>10}{'cpu':>10}")
    for size in sizes:
        seed(url, size)
        for verb in ("heads", "outputs", "applied"):
            show(f"{verb} of {size} units", *reading(url, verb)[:4])
    print(f"  {'same process':<44}{'wall':>10}{'cpu':>10}")
    with open_ledger(url) as ledger:
        for what, cost in recording(ledger):
            show(what, cost.wall, cost.cpu)
        with stopwatch() as spent:
            for number in range(APPENDED):
                ledger.recorder.append_event("ada", "x.y", str(number))
        show(f"append {APPENDED} events", spent().wall, spent().cpu)
        with stopwatch() as spent:
            verify(ledger.reader.events(), end=ledger.reader.chain_end())
        show(f"verify {ledger.reader.chain_end().sequence} events", spent().wall, spent().cpu)


def main() -> None:
    """Measure what was asked for."""
    options = argparse.ArgumentParser(description="What the ledger costs.")
    options.add_argument("--postgres", metavar="URL", help="an empty database to measure as well")
    options.add_argument("--units", type=int, nargs="+", default=[6_000, 60_000])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", sqlite_url(Path(folder) / "ledger.db"), given.units)
    if given.postgres:
        measure("PostgreSQL", given.postgres, given.units)


if __name__ == "__main__":
    main()
