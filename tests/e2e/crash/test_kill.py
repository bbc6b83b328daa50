"""kill -9 in the middle of a run of twenty units: of Cellwright, of one Terraform, of everything."""

from pathlib import Path

import pytest

from binaries import FIRST_QUICK, SECOND_QUICK
from e2e.conftest import Start
from e2e.kit.crashes import (
    MARKS,
    failed_marks,
    in_state,
    leases,
    once_each,
    recorded,
    runs,
    terraform_at,
    twenty_units,
)
from e2e.kit.fleet import FleetFolder
from e2e.kit.program import Program, processes_about

HELD = "c04-first"
UNIT = "client/c04/first"


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return twenty_units(tmp_path)


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_when_cellwright_dies_its_terraform_goes_on_and_is_adopted(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(HELD):
        _kill_in_the_middle(cellwright)
        assert terraform_at(fleet, UNIT).is_running()
        with cellwright.started("resume", "--yes", "--json") as resumed:
            fleet.desk.until("done", 18)  # all that does not hang on the held unit
            assert terraform_at(fleet, UNIT).is_running()
            fleet.desk.release(HELD)
            answer = resumed.finish().expect(0)
    assert len(answer.outcomes) == 20
    assert set(answer.outcomes.values()) == {"applied"}
    _all_is_well(fleet, cellwright)


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_what_ended_while_nobody_looked_counts_as_done(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(HELD):
        _kill_in_the_middle(cellwright)
        orphan = terraform_at(fleet, UNIT)
    orphan.wait()
    cellwright.run("resume", "--yes").expect(0)
    _all_is_well(fleet, cellwright)


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_a_crash_that_nobody_resumes_shows_as_failed_and_a_new_apply_mends_it(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(HELD):
        _kill_in_the_middle(cellwright)
        orphan = terraform_at(fleet, UNIT)
        assert UNIT in failed_marks(fleet)
        status = cellwright.look("status", UNIT, "--json").expect(0).document
        assert status["units"][0]["status"] == "failed"
    orphan.wait()
    applied = cellwright.run("apply", "--yes", "--json").expect(0)
    assert applied.outcomes[UNIT] == "unchanged"  # planned anew: Terraform found it to be there
    # The kill may have come between a unit's record and the end of its lease; without `resume` that runs out.
    _all_is_well(fleet, cellwright, of_the_dead=False)

    runs = cellwright.look("runs", "--json").expect(0).document
    assert runs["stopped"] == {}
    newest, dead = runs["runs"][:2]
    assert dead["status"] == "cancelled", "the new apply has taken up what it had left"
    events = cellwright.look("events", "--action", "run.finished", "--json").expect(0).out
    assert f"was taken up by run {newest['run']}" in events


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_one_killed_terraform_fails_one_unit(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(HELD):
        with cellwright.started("apply", "--yes", "--json") as running:
            fleet.desk.until("begin", mark=HELD)
            (unit,) = cellwright.look("status", UNIT, "--json").expect(0).document["units"]
            assert f"being worked on by process {running.process.pid}" in unit["reasons"][0]["summary"]
            assert "in progress" in cellwright.look("status", UNIT).out
            terraform_at(fleet, UNIT).kill()
            answer = running.finish().expect(1)
        outcomes = answer.outcomes
        assert outcomes.pop(UNIT) == "failed"
        assert outcomes.pop("client/c04/second") == "skipped"
        assert set(outcomes.values()) == {"applied"}
        assert "was killed" in answer.out
        assert not processes_about(fleet.root), "what a killed Terraform had started is ended too"
    before = fleet.desk.count("begin")

    resumed = cellwright.run("resume", "--yes", "--json").expect(0)

    assert set(resumed.outcomes.values()) == {"applied"}
    again = fleet.desk.count("begin") - before
    assert set(again) == {HELD, "c04-second"}, "resume runs just what is left"
    assert fleet.desk.count("done") == once_each()
    assert leases(fleet) == []


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_when_everything_dies_the_rest_is_planned_again(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(HELD):
        with cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin", mark=HELD)
            fleet.desk.until("done", 6)
            running.kill_tree()
        assert not processes_about(fleet.root)
    there, known, begun = in_state(fleet), recorded(fleet), fleet.desk.count("begin")
    assert known <= there
    assert len(known) >= 4

    cellwright.run("resume", "--yes").expect(0)

    again = fleet.desk.count("begin") - begun
    assert not there & set(again), "what Terraform had finished is not done again"
    assert set(fleet.desk.count("done")) == set(MARKS)
    assert in_state(fleet) == set(MARKS)
    _at_rest(fleet, cellwright)


def _kill_in_the_middle(cellwright: Program) -> None:
    desk = cellwright.fleet.desk
    with cellwright.started("apply", "--yes") as running:
        desk.until("begin", mark=HELD)
        desk.until("done", 6)
        running.kill()


def _all_is_well(fleet: FleetFolder, cellwright: Program, *, of_the_dead: bool = True) -> None:
    assert fleet.desk.count("begin") == once_each(), "nothing was begun twice"
    assert fleet.desk.count("done") == once_each()
    _at_rest(fleet, cellwright, of_the_dead=of_the_dead)


def _at_rest(fleet: FleetFolder, cellwright: Program, *, of_the_dead: bool = True) -> None:
    assert leases(fleet, of_the_dead=of_the_dead) == []
    assert failed_marks(fleet) == {}
    left = [path for path in (fleet.home / "work").glob("*/*/*/plans/*") if path.is_file()]
    assert left == [], "plan files hold secrets in clear"
    assert runs(fleet)[0].status.value == "succeeded"
    counts = cellwright.look("status", "--json").expect(0).document["counts"]
    assert counts["up_to_date"] == 20
    assert sum(counts.values()) == 20
    cellwright.look("events", "verify").expect(0)
