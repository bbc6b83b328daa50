"""One unit fails: what hangs on it is not run and says so, everything else finishes, resume does the rest."""

from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from e2e.conftest import Start
from e2e.kit.crashes import failed_marks, leases, runs
from e2e.kit.fleet import FleetFolder, make_fleet

STACKS = {"a": {}, "b": {"needs": ["a"]}, "c": {"needs": ["b"]}, "d": {}}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, STACKS, {"acme": {}, "globex": {}})


def test_a_failing_unit_takes_along_only_what_hangs_on_it(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")

    answer = cellwright.run("apply", "--yes", "--json").expect(1)

    outcomes = answer.outcomes
    assert outcomes.pop("client/acme/a") == "failed"
    assert outcomes.pop("client/acme/b") == "skipped"
    assert outcomes.pop("client/acme/c") == "skipped"
    assert set(outcomes.values()) == {"applied"}
    told = {unit["address"]: unit["diagnostics"] for unit in answer.document["units"]}
    assert "trouble with acme-a" in str(told["client/acme/a"])
    (why,) = told["client/acme/c"]
    assert why["summary"] == "not run: client/acme/a failed"
    assert "cellwright resume" in why["detail"]


def test_terraform_s_own_words_come_with_file_and_line(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")

    answer = cellwright.run("apply", "client/acme/a", "--yes").expect(1)

    assert "stacks/worker/main.tf:17" in answer.text
    assert "trouble with acme-a" in answer.text
    logged = cellwright.look("logs", runs(fleet)[0].id, "client/acme/a").expect(0)
    assert "trouble with acme-a" in logged.out


def test_resume_runs_just_what_is_left(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "--yes").expect(1)
    status = cellwright.look("status", "--json").expect(0).document
    standing = {unit["address"]: unit["status"] for unit in status["units"]}
    assert standing["client/acme/a"] == "failed"
    assert standing["client/acme/b"] == "blocked"
    fleet.desk.fail("acme-a", really=False)
    before = fleet.desk.count("begin")

    resumed = cellwright.run("resume", "--yes", "--json").expect(0)

    assert len(resumed.outcomes) == 8, "the report covers the whole run"
    assert set(resumed.outcomes.values()) == {"applied"}
    assert set(fleet.desk.count("begin") - before) == {"acme-a", "acme-b", "acme-c"}
    assert set(fleet.desk.count("done").values()) == {1}
    assert (leases(fleet), failed_marks(fleet)) == ([], {})
    assert cellwright.run("resume", "--yes").expect(1).err.startswith("error: no run is waiting")


def test_whoever_resumes_is_on_record_for_what_they_do(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "client/acme/a", "--yes", CELLWRIGHT_ACTOR="ada").expect(1)
    fleet.desk.fail("acme-a", really=False)
    cellwright.run("resume", "--yes", CELLWRIGHT_ACTOR="grace").expect(0)

    run = runs(fleet)[0]
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        events = [(event.action, event.actor) for event in ledger.reader.events()]
    assert run.actor == "ada", "the run keeps its starter"
    assert events == [
        ("run.started", "ada"),
        ("run.approved", "ada"),
        ("unit.failed", "ada"),
        ("run.finished", "ada"),
        ("run.resumed", "grace"),
        ("run.approved", "grace"),
        ("unit.applied", "grace"),
        ("run.finished", "grace"),
    ]


def test_a_failed_unit_whose_settings_go_back_is_not_up_to_date(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "client/acme/a", "--yes").expect(1)
    fleet.cell("acme")

    (unit,) = cellwright.look("status", "client/acme/a", "--json").expect(0).document["units"]

    assert unit["status"] == "changed"
    assert "did not end well" in unit["reasons"][0]["summary"]
