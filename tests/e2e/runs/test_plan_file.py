"""Plans to take along: exactly what was seen is applied, or nothing."""

import stat
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.dishonest_plan import DISHONEST, change
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import GRACE, events, second_person


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}, "c": {}}, {"acme": {}})


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tmp_path / "saved.plan"


def test_what_was_planned_is_applied_and_nothing_else(
    fleet: FleetFolder, program: Start, saved: Path
) -> None:
    cellwright = program(fleet)
    planned = cellwright.run("plan", "-o", str(saved), "--json").expect(0)
    honest = saved.read_bytes()
    assert planned.outcomes == {
        "client/acme/a": "planned",
        "client/acme/b": "blocked",
        "client/acme/c": "planned",
    }
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    grace = second_person(cellwright)
    for how, said in DISHONEST.values():
        change(saved, how)
        answer = grace.look("apply", "--plan", str(saved)).expect(1)
        assert said in answer.err
        saved.write_bytes(honest)
    assert fleet.desk.lines() == []

    applied = grace.run("apply", "--plan", str(saved), "--json").expect(0)

    assert applied.outcomes == {"client/acme/a": "applied", "client/acme/c": "applied"}
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-c": 1}
    assert [path.name for path in saved.parent.iterdir() if path.name.startswith(".saved")] == []
    trail = events(fleet.ledger)
    approved = [event for event in trail if event.action == "run.approved"]
    refused = [event.actor for event in trail if event.action == "plans.refused"]
    assert refused == [GRACE] * len(DISHONEST)
    assert {(event.actor, event.detail["how"]) for event in approved} == {
        (GRACE, f"saved plan of run {planned.document['run']}")
    }
    assert GRACE not in {event.actor for event in trail if event.subject == planned.document["run"]}


def test_a_plan_file_is_shown_as_it_was_planned(fleet: FleetFolder, program: Start, saved: Path) -> None:
    cellwright = program(fleet)
    planned = cellwright.run("plan", "-o", str(saved)).expect(0)
    honest = saved.read_bytes()
    shown = cellwright.look("show", str(saved)).expect(0)
    assert "terraform_data.this" in shown.out
    resources = planned.out.partition("○ client/acme/b")[0]
    assert shown.out.startswith(f"{resources}Plan: 2 to add in 2 units\n")
    page = cellwright.look("show", str(saved), "--format", "markdown").expect(0).out
    assert page.startswith("### Plan: 2 to add in 2 units")
    document = cellwright.look("show", str(saved), "--json").expect(0)
    assert document.outcomes == {"client/acme/a": "planned", "client/acme/c": "planned"}
    for how, said in DISHONEST.values():
        change(saved, how)
        assert said in cellwright.look("show", str(saved)).expect(1).err
        saved.write_bytes(honest)
    assert "only the plans in a file" in cellwright.look("show", "client/acme/a", "--full").expect(2).err


def test_a_plan_file_of_another_ledger_is_refused(
    fleet: FleetFolder, program: Start, saved: Path, tmp_path: Path
) -> None:
    cellwright = program(fleet)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    cellwright.run("plan", "client/acme/a", "-o", str(saved), "--ledger", other).expect(0)
    answer = cellwright.look("apply", "--plan", str(saved)).expect(1)
    assert "was made with another ledger" in answer.err
    assert fleet.desk.lines() == []


def test_a_plan_of_settings_that_have_changed_is_refused(
    fleet: FleetFolder, program: Start, saved: Path
) -> None:
    cellwright = program(fleet)
    cellwright.run("plan", "client/acme/a", "client/acme/c", "-o", str(saved)).expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})

    answer = cellwright.run("apply", str(saved), "--json").expect(1)

    assert answer.outcomes == {"client/acme/a": "failed", "client/acme/c": "applied"}
    assert "other settings" in answer.out
    assert fleet.desk.count("begin") == {"acme-c": 1}


def test_a_plan_of_a_state_that_has_moved_is_refused(fleet: FleetFolder, program: Start, saved: Path) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
    cellwright.run("plan", "client/acme/a", "-o", str(saved)).expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "3"}}})
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})  # back to what the plan was made for

    answer = cellwright.run("apply", str(saved), "--json").expect(1)

    assert answer.outcomes == {"client/acme/a": "failed"}
    assert "stale" in answer.out
    assert fleet.desk.count("done") == {"acme-a": 2}


def test_a_plan_that_was_applied_already_does_nothing(
    fleet: FleetFolder, program: Start, saved: Path
) -> None:
    cellwright = program(fleet)
    cellwright.run("plan", "client/acme/a", "-o", str(saved)).expect(0)
    cellwright.run("apply", str(saved)).expect(0)
    again = cellwright.run("apply", str(saved), "--json").expect(0)
    assert again.outcomes == {"client/acme/a": "unchanged"}
    assert fleet.desk.count("done") == {"acme-a": 1}


def test_a_plan_of_another_fleet_is_refused(
    fleet: FleetFolder, program: Start, saved: Path, tmp_path: Path
) -> None:
    program(fleet).run("plan", "-o", str(saved)).expect(0)
    other = make_fleet(tmp_path / "other", {"a": {}}, {"acme": {}})
    text = (other.root / "fleet.yaml").read_text().replace("fleet: trial", "fleet: elsewhere")
    other.write("fleet.yaml", text)

    answer = program(other).run("apply", str(saved)).expect(1)

    assert "plans of the fleet 'trial'" in answer.err
    assert other.desk.lines() == []


@pytest.mark.parametrize(
    "content", [b"", b"nothing of the kind", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "zip"]
)
def test_what_is_no_plan_file_is_refused(
    fleet: FleetFolder, program: Start, saved: Path, content: bytes
) -> None:
    saved.write_bytes(content)
    answer = program(fleet).look("apply", str(saved), "--yes").expect(1)
    assert "is not a plan file of Cellwright" in answer.err


def test_a_plan_file_that_can_not_be_written_says_so_and_plans_nothing(
    fleet: FleetFolder, program: Start, tmp_path: Path
) -> None:
    answer = program(fleet).look("plan", "-o", str(tmp_path / "no" / "such" / "folder.plan")).expect(1)
    assert "can't be written" in answer.err


def test_a_plan_file_holds_destroys_too(fleet: FleetFolder, program: Start, saved: Path) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme/c", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"c": {"enabled": False}}})
    planned = cellwright.run("plan", "client/acme/c", "-o", str(saved), "--json").expect(0)
    assert planned.document["units"][0]["resources"]["destroy"] == 1
    cellwright.run("apply", str(saved)).expect(0)
    assert fleet.desk.count("gone") == {"acme-c": 1}
