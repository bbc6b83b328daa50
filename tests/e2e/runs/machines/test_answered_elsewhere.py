"""Plans that wait are answered for, and runs cancelled, by other processes; a plan outlives its process."""

import signal
import subprocess
from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.address import UnitAddress
from e2e.conftest import Start
from e2e.kit.crashes import runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import GRACE, second_person
from e2e.kit.program import Program
from e2e.kit.terminal import at_a_terminal

UNIT = UnitAddress.parse("client/acme/a")


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}, "b": {}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


def answer(cellwright: Program, *, approved: bool) -> None:
    """Answer for every plan that waits, as grace, by a command of its own."""
    words = ("approve", "--yes") if approved else ("reject", "--reason=too late")
    done = second_person(cellwright).run(words[0], runs(cellwright.fleet)[0].id, *words[1:], "--json")
    assert done.expect(0).document["units"] == ["client/acme/a", "client/acme/b"]


def record(fleet: FleetFolder) -> RunUnitRecord:
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        found = ledger.reader.run_unit(ledger.reader.runs(1)[0].id, UNIT)
    assert found is not None
    return found


def saved_plans(fleet: FleetFolder) -> list[Path]:
    return list((fleet.home / "work").rglob("*.tfplan"))


def die(process: "subprocess.Popen[bytes]") -> bytes:
    process.kill()
    return b""


@pytest.mark.parametrize(("approved", "code", "outcome"), [(True, 0, "applied"), (False, 1, "refused")])
def test_an_answer_from_another_process_counts_and_ends_the_question(
    fleet: FleetFolder, cellwright: Program, *, approved: bool, code: int, outcome: str
) -> None:
    def elsewhere(_process: "subprocess.Popen[bytes]") -> bytes:
        answer(cellwright, approved=approved)
        return b""

    ended, seen = at_a_terminal(cellwright, elsewhere)

    assert ended == code
    assert b"elsewhere" in seen
    found = record(fleet)
    assert found.outcome is not None
    assert found.outcome.value == outcome
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        answers = ledger.approvals.of_run(runs(fleet)[0].id)
    assert {(item.answered_by, item.how) for item in answers} == {
        (GRACE, "command --yes" if approved else "command")
    }
    assert saved_plans(fleet) == []


@pytest.mark.parametrize("answered", ["before the crash was noticed", "by resume"])
def test_a_plan_that_waited_when_its_process_died_is_applied_without_planning_again(
    fleet: FleetFolder, cellwright: Program, answered: str
) -> None:
    ended, _ = at_a_terminal(cellwright, die)
    assert ended == -signal.SIGKILL
    assert {plan.stat().st_mode & 0o777 for plan in saved_plans(fleet)} == {0o600}
    if answered == "by resume":
        code, _ = at_a_terminal(cellwright, lambda _process: b"yes\n", "resume")
        assert code == 0
    else:
        answer(cellwright, approved=True)
        cellwright.run("resume", "--yes").expect(0)
    found = record(fleet)
    assert (found.outcome.value if found.outcome else None, found.attempt) == ("applied", 1)
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}
    assert saved_plans(fleet) == []


def test_a_plan_for_settings_of_before_is_made_and_asked_for_anew(
    fleet: FleetFolder, cellwright: Program
) -> None:
    at_a_terminal(cellwright, die)
    answer(cellwright, approved=True)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})

    code, _ = at_a_terminal(cellwright, lambda _process: b"yes\n", "resume")

    assert code == 0
    assert record(fleet).attempt == 2
    assert '"acme-a:2"' in fleet.state(str(UNIT)).read_text()
    assert saved_plans(fleet) == []


def test_a_plan_file_that_somebody_has_changed_is_not_applied(
    fleet: FleetFolder, cellwright: Program
) -> None:
    at_a_terminal(cellwright, die)
    for plan in saved_plans(fleet):
        plan.write_bytes(b"another plan")
    cellwright.run("resume", "--yes").expect(0)
    assert record(fleet).attempt == 2
    assert saved_plans(fleet) == []


def test_a_run_that_is_cancelled_from_elsewhere_stops_and_names_the_canceller(
    fleet: FleetFolder, cellwright: Program
) -> None:
    with fleet.desk.holding("acme-a"), cellwright.started("apply", "--yes", "--json") as running:
        fleet.desk.until("begin", mark="acme-a")
        fleet.desk.until("done", mark="acme-b")
        run = runs(fleet)[0].id
        asked = cellwright.run("cancel", run, "--reason", "wrong account", CELLWRIGHT_ACTOR="grace")
        assert "grace has asked run" in asked.expect(0).out
        stopped = running.finish().expect(1)
    assert stopped.outcomes["client/acme/a"] == "cancelled"
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        events = [(event.action, event.actor) for event in ledger.reader.events()]
    assert ("run.cancel_requested", "grace") in events
    assert ("unit.cancelled", "grace") in events
    assert events[-1] == ("run.finished", "grace")
    assert runs(fleet)[0].status.value == "cancelled"
    cellwright.run("resume", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}


def test_the_plan_of_a_destroy_that_is_not_wanted_any_more_is_removed(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"enabled": False}}})
    at_a_terminal(cellwright, die, "apply", "--destroy")
    assert len(saved_plans(fleet)) == 1
    fleet.cell("acme")

    cellwright.run("resume", "--yes").expect(0)

    assert fleet.desk.count("gone").total() == 0
    assert saved_plans(fleet) == []
