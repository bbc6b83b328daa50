"""A full disk, a read-only one, an unwritable ledger: a clear error, nothing half-written, and on it goes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from binaries import FIRST_QUICK
from e2e.conftest import Start
from e2e.kit.crashes import leases
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.small_disk import SmallDisk, small_disk
from missing import skip_without

pytestmark = pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)

STACKS = {"a": {}, "b": {"needs": ["a"]}, "c": {"needs": ["b"]}}
FULL = "No space left on device"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as found:
        if found is None:
            skip_without("the right to mount a file system")
        yield found


def test_on_a_full_disk_nothing_begins(tmp_path: Path, program: Start, disk: SmallDisk) -> None:
    fleet = _fleet(tmp_path, disk)
    cellwright = program(fleet)
    disk.fill()

    answer = cellwright.run("apply", "--yes").expect(1)

    assert FULL in answer.err
    assert fleet.desk.lines() == []
    disk.make_room()
    cellwright.run("apply", "--yes").expect(0)
    _sound(fleet)


def test_a_disk_that_fills_up_in_the_middle_stops_the_run_and_resume_goes_on(
    tmp_path: Path, program: Start, disk: SmallDisk
) -> None:
    fleet = _fleet(tmp_path, disk)
    cellwright = program(fleet)
    with fleet.desk.holding("acme-b"), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", mark="acme-b")
        disk.fill()
        fleet.desk.release("acme-b")
        answer = running.finish().expect(1)
    assert "there is no space left for the ledger" in answer.err
    _sound(fleet)
    status = cellwright.look("status", "--json").expect(0).document
    standing = {unit["address"]: unit["status"] for unit in status["units"]}
    assert standing["client/acme/a"] == "up_to_date"
    assert standing["client/acme/b"] == "failed", "what may have happened is not taken for done"
    disk.make_room()

    cellwright.run("resume", "--yes").expect(0)

    assert fleet.desk.count("begin")["acme-a"] == 1
    assert fleet.desk.count("done")["acme-c"] == 1
    counts = cellwright.look("status", "--json").expect(0).document["counts"]
    assert counts["up_to_date"] == 3
    assert leases(fleet) == []
    _sound(fleet)


def test_a_read_only_fleet_can_be_looked_at_and_not_applied(
    tmp_path: Path, program: Start, disk: SmallDisk
) -> None:
    fleet = _fleet(tmp_path, disk)
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    disk.read_only()
    try:
        for command in ("check", "show", "status", "graph"):
            cellwright.look(command).expect(0)
        answer = cellwright.run("apply", "--yes").expect(1)
        assert "ledger.db can't be opened" in answer.err
    finally:
        disk.read_only(really=False)
    assert fleet.desk.count("begin") == {"acme-a": 1}


def test_a_fleet_on_a_read_only_disk_that_was_never_applied_can_be_looked_at(
    tmp_path: Path, program: Start, disk: SmallDisk
) -> None:
    cellwright = program(_fleet(tmp_path, disk))
    disk.read_only()
    for command in ("check", "show", "status", "graph"):
        cellwright.look(command).expect(0)
    answer = cellwright.look("apply", "--yes").expect(1)
    assert "can't be written" in answer.err


def test_files_that_may_not_grow_are_a_clear_error_too(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, STACKS, {"acme": {}})
    # Too little for a ledger, in kilobytes or half kilobytes: shells differ.
    answer = (
        program(fleet).run("apply", "--yes", before=("sh", "-c", 'ulimit -f 40; exec "$@"', "sh")).expect(1)
    )
    assert "ledger" in answer.err
    assert fleet.desk.lines() == []
    program(fleet).run("apply", "--yes").expect(0)
    _sound(fleet)


@pytest.mark.parametrize("make", ["folder", "file in the way"])
def test_a_ledger_that_can_not_be_written_is_named(tmp_path: Path, program: Start, make: str) -> None:
    fleet = make_fleet(tmp_path, STACKS, {"acme": {}})
    place = tmp_path / "kept"
    if make == "folder":
        place.mkdir()
        ledger = place
    else:
        place.write_text("in the way")
        ledger = place / "ledger.db"
    answer = program(fleet).look("apply", "--yes", "--ledger", f"sqlite:///{ledger}").expect(1)
    assert str(ledger) in answer.err.replace("\n", " ")
    assert fleet.desk.lines() == []


def _fleet(tmp_path: Path, disk: SmallDisk) -> FleetFolder:
    made = make_fleet(disk.folder / "x", STACKS, {"acme": {}})
    # The desk lies elsewhere: counting must go on when the fleet's disk is full.
    desk = tmp_path / "desk"
    desk.mkdir()
    for name in ("defaults.yaml",):
        text = (made.root / name).read_text()
        made.write(name, text.replace(str(made.desk.folder), str(desk)))
    return FleetFolder(made.root, type(made.desk)(desk))


def _sound(fleet: FleetFolder) -> None:
    """Nothing is half-written: every state is one, the ledger is whole, its chain of events holds."""
    for state in (fleet.home / "states").rglob("*.tfstate"):
        json.loads(state.read_text() or "{}")
    with closing(sqlite3.connect(fleet.ledger)) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    program = Program(fleet, fleet.desk.folder / "person")
    program.look("events", "verify").expect(0)
