"""Several processes on one ledger, and one that is killed in the middle of its work."""

import os
import subprocess
import sys
from pathlib import Path

from cellwright.ledger.audit import verify
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.runs.run import Outcome
from contract.ledger.database import worker
from contract.ledger.samples import applied
from examples import examples
from patience import PATIENCE

TESTS = Path(__file__).parents[3]
PROCESSES = 4
ROUNDS = examples(30)
RECORDED_BEFORE_THE_KILL = 25


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(worker.__file__), *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return process.communicate(timeout=PATIENCE)
    finally:
        process.kill()


def killed_after(process: subprocess.Popen[str], units: int) -> int:
    """Let the process record so many units, kill it, and tell how many it had told of by then."""
    assert process.stdout is not None
    known = 0
    try:
        while known < units:
            line = process.stdout.readline()
            assert line, outcome(process)
            known = int(line)
    finally:
        process.kill()
        rest, _ = process.communicate(timeout=PATIENCE)
    return max([known, *map(int, rest.splitlines())])


def test_processes_never_fork_the_chain_nor_share_a_lease(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "held"
    folder.mkdir()
    workers = [start("contend", url, str(folder), f"w{number}", str(ROUNDS)) for number in range(PROCESSES)]
    told = [outcome(process) for process in workers]
    assert [process.returncode for process in workers] == [0] * PROCESSES, told

    with open_ledger(url, create=False) as ledger:
        events = list(ledger.reader.events())
        assert verify(events, end=ledger.reader.chain_end()) is None
        assert len(events) == PROCESSES * ROUNDS
        for number in range(PROCESSES):
            mine = [event.subject for event in events if event.actor == f"w{number}"]
            assert mine == [str(count) for count in range(ROUNDS)]
        assert ledger.reader.lease_holders() == {}
    taken = [file.read_text().split() for file in folder.glob("*.fencing")]
    assert sum(len(numbers) for numbers in taken) > PROCESSES
    for numbers in taken:
        assert numbers == [str(count) for count in range(1, len(numbers) + 1)]


def test_a_writer_killed_in_the_middle_leaves_whole_records_only(url: str) -> None:
    known = killed_after(start("apply", url), RECORDED_BEFORE_THE_KILL)

    with open_ledger(url, create=False) as ledger:
        assert verify(ledger.reader.events(), end=ledger.reader.chain_end()) is None
        recorded = the_units_recorded(ledger)
        assert len(recorded) >= known
        # It can be written again, too.
        ledger.recorder.append_event("ada", "x.y", "z")


def the_units_recorded(ledger: Ledger) -> set[str]:
    """Every trace of an apply tells of the same units, or the transactions were not whole."""
    records = ledger.reader.run_units("20261122-crash").values()
    finished = {str(record.address) for record in records if record.outcome is Outcome.APPLIED}
    begun = [record for record in records if record.state in {UnitState.PLANNING, UnitState.APPLYING}]
    assert len(begun) <= 1
    units = ledger.reader.applied(None)
    assert {str(unit) for unit in units} == finished
    assert all(unit.inputs == applied().inputs for unit in units.values())
    told = {event.subject for event in ledger.reader.events() if event.action == "unit.applied"}
    assert told == finished
    return finished
