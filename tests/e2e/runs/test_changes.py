"""Changes find their way: outputs to downstream units, units switched off, units forgotten."""

from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

CHAIN: dict[str, dict[str, Any]] = {"a": {}, "b": {}, "c": {"needs": ["b"]}}
TAKES_OUTPUT = {"stacks": {"b": {"upstream": "${output.a.value}"}}}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, CHAIN, {"acme": TAKES_OUTPUT})


@pytest.fixture
def up(fleet: FleetFolder, program: Start) -> Program:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    return cellwright


def test_what_waits_for_an_output_is_planned_when_it_is_there_in_the_same_run(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    standing = _standing(cellwright)
    assert standing["client/acme/b"] == "blocked"
    answer = cellwright.run("apply", "--yes", "--json").expect(0)
    assert set(answer.outcomes.values()) == {"applied"}
    assert "acme-a:1" in fleet.state("client/acme/b").read_text()


def test_an_upstream_that_is_not_part_of_the_run_blocks(fleet: FleetFolder, program: Start) -> None:
    answer = program(fleet).run("apply", "client/acme/b", "--yes", "--json").expect(1)
    assert answer.outcomes == {"client/acme/b": "blocked"}
    assert "--with-upstreams" in answer.out
    program(fleet).run("apply", "client/acme/b", "--with-upstreams", "--yes").expect(0)
    assert set(fleet.desk.count("done")) == {"acme-a", "acme-b"}


def test_an_output_that_changes_reaches_units_that_did_not_change(fleet: FleetFolder, up: Program) -> None:
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, **TAKES_OUTPUT["stacks"]}})
    assert _standing(up) == {
        "client/acme/a": "changed",
        "client/acme/b": "up_to_date",
        "client/acme/c": "up_to_date",
    }

    answer = up.run("apply", "--yes", "--json").expect(0)

    assert answer.outcomes == {
        "client/acme/a": "applied",
        "client/acme/b": "applied",
        "client/acme/c": "unchanged",
    }
    assert "acme-a:2" in fleet.state("client/acme/b").read_text()
    assert set(_standing(up).values()) == {"up_to_date"}


def test_an_upstream_applied_alone_marks_who_takes_its_output(fleet: FleetFolder, up: Program) -> None:
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, **TAKES_OUTPUT["stacks"]}})
    up.run("apply", "client/acme/a", "--yes").expect(0)
    (unit,) = up.look("status", "client/acme/b", "--json").document["units"]
    assert unit["status"] == "changed"
    assert unit["reasons"] == [
        {"kind": "output", "summary": "output client/acme/a.value (for upstream)"},
    ]


def test_plan_all_looks_at_units_that_are_up_to_date_too(up: Program) -> None:
    assert up.run("plan", "--json").expect(0).outcomes == {}

    answer = up.run("plan", "--all", "--exit-code", "--json").expect(0)

    assert answer.outcomes == {
        "client/acme/a": "unchanged",
        "client/acme/b": "unchanged",
        "client/acme/c": "unchanged",
    }
    assert " plan -json" in up.look("logs", answer.document["run"], "client/acme/c").out
    assert "Nothing to do" in up.run("plan", "client/acme/c", "--all").expect(0).text


def test_plan_all_still_tells_a_change_from_what_is_up_to_date(fleet: FleetFolder, up: Program) -> None:
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, **TAKES_OUTPUT["stacks"]}})

    answer = up.run("plan", "--all", "--exit-code", "--json").expect(3)

    assert answer.outcomes == {
        "client/acme/a": "planned",
        "client/acme/b": "unchanged",
        "client/acme/c": "unchanged",
    }


def test_plans_of_units_that_are_up_to_date_are_kept(tmp_path: Path, up: Program) -> None:
    saved = str(tmp_path / "plans")
    up.run("plan", "--all", "-o", saved).expect(0)
    assert "Nothing" in up.run("apply", "--plan", saved).expect(0).text


def test_a_default_that_a_cell_overrides_does_not_change_it(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.cell("acme", {"stacks": {"a": {"value": "1"}}})
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    defaults = (fleet.root / "defaults.yaml").read_text()
    fleet.write("defaults.yaml", defaults.replace("  a:\n", "  a:\n    value: '9'\n"))
    assert _standing(cellwright, "client/acme/a") == {"client/acme/a": "up_to_date"}
    fleet.cell("acme")
    assert _standing(cellwright, "client/acme/a") == {"client/acme/a": "changed"}


def test_a_change_of_the_source_changes_every_unit_of_the_stack(fleet: FleetFolder, up: Program) -> None:
    main = fleet.root / "stacks/worker/main.tf"
    main.write_text(main.read_text() + "\n# a word more\n")
    assert set(_standing(up).values()) == {"changed"}
    answer = up.run("apply", "--yes", "--json").expect(0)
    assert set(answer.outcomes.values()) == {"unchanged"}, "Terraform found nothing to do"
    assert set(_standing(up).values()) == {"up_to_date"}


def test_what_is_switched_off_is_destroyed_only_when_asked_for(fleet: FleetFolder, up: Program) -> None:
    _switch_off(fleet, "b", "c")
    assert _standing(up) == {
        "client/acme/a": "up_to_date",
        "client/acme/b": "destroy",
        "client/acme/c": "destroy",
    }
    up.run("apply", "--yes").expect(0)
    assert fleet.desk.count("gone").total() == 0

    answer = up.run("apply", "--destroy", "--yes", "--json").expect(0)

    assert answer.outcomes == {"client/acme/b": "applied", "client/acme/c": "applied"}
    assert fleet.desk.lines()[-2:] == ["gone acme-c", "gone acme-b"], "whoever depended goes first"
    assert _standing(up) == {"client/acme/a": "up_to_date"}


def test_a_unit_named_by_its_address_is_destroyed_without_the_flag(fleet: FleetFolder, up: Program) -> None:
    _switch_off(fleet, "c")
    up.run("apply", "client/acme/c", "--yes").expect(0)
    assert fleet.desk.count("gone") == {"acme-c": 1}


def test_what_stands_on_a_unit_that_can_not_be_destroyed_first_keeps_it(
    fleet: FleetFolder, up: Program
) -> None:
    _switch_off(fleet, "b", "c")
    fleet.desk.keep("acme-c")

    answer = up.run("apply", "--destroy", "--yes", "--json").expect(1)

    assert answer.outcomes == {"client/acme/b": "skipped", "client/acme/c": "failed"}
    assert fleet.desk.count("gone").total() == 0
    assert _standing(up)["client/acme/c"] == "destroy"
    fleet.desk.keep("acme-c", really=False)
    up.run("resume", "--yes").expect(0)
    assert fleet.desk.lines()[-2:] == ["gone acme-c", "gone acme-b"]


def test_what_others_stand_on_is_not_destroyed_before_they_let_go(fleet: FleetFolder, up: Program) -> None:
    # b no longer takes a's output, but as it was applied it still does.
    fleet.cell("acme", {"stacks": {"a": {"enabled": False}}})

    answer = up.run("apply", "client/acme/a", "--yes").expect(1)

    assert "client/acme/b still stands on it" in answer.err
    assert fleet.desk.count("gone").total() == 0
    destroyed = up.run("apply", "--destroy", "--yes").expect(0)
    assert ", 1 destroyed" in destroyed.out
    assert fleet.desk.lines()[-1] == "gone acme-a", "after b was applied without it"
    assert set(_standing(up)) == {"client/acme/b", "client/acme/c"}


def test_a_unit_that_the_fleet_has_forgotten_is_destroyed_from_the_ledger(
    fleet: FleetFolder, up: Program
) -> None:
    (fleet.root / "clients/acme.yaml").unlink()
    fleet.cell("globex")
    assert _standing(up, "client/acme") == {
        "client/acme/a": "destroy",
        "client/acme/b": "destroy",
        "client/acme/c": "destroy",
    }
    answer = up.run("apply", "client/acme", "--destroy", "--yes", "--json").expect(0)
    assert set(answer.outcomes.values()) == {"applied"}
    assert fleet.desk.lines()[-3:] == ["gone acme-c", "gone acme-b", "gone acme-a"]
    assert "client/acme/a" not in _standing(up)


def test_a_half_made_unit_that_is_forgotten_can_be_destroyed_too(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "client/acme/a", "--yes").expect(1)
    (fleet.root / "clients/acme.yaml").unlink()
    fleet.cell("globex")
    assert _standing(cellwright, "client/acme") == {"client/acme/a": "destroy"}
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    assert "terraform_data" not in fleet.state("client/acme/a").read_text()
    assert "client/acme/a" not in _standing(cellwright)


def test_a_unit_on_again_after_a_destroy_is_made_anew(fleet: FleetFolder, up: Program) -> None:
    _switch_off(fleet, "c")
    up.run("apply", "client/acme/c", "--yes").expect(0)
    fleet.cell("acme", TAKES_OUTPUT)
    assert _standing(up)["client/acme/c"] == "never_applied"
    up.run("apply", "--yes").expect(0)
    assert fleet.desk.count("done")["acme-c"] == 2


def _standing(cellwright: Program, *selectors: str) -> dict[str, str]:
    units = cellwright.look("status", *selectors, "--json").expect(0).document["units"]
    return {unit["address"]: unit["status"] for unit in units}


def _switch_off(fleet: FleetFolder, *stacks: str) -> None:
    off = {name: {"enabled": False} for name in stacks}
    fleet.cell("acme", {"stacks": {**TAKES_OUTPUT["stacks"], **off}})
