"""Plans that are not made as usual: of drift, of the state alone, of some resources, and made anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from binaries import OLDER
from binaries import binary as program_binary
from binaries import program as program_path
from e2e.conftest import Start
from e2e.kit.fleet import WORKER, FleetFolder, make_fleet
from e2e.kit.people import events
from e2e.kit.program import Program
from e2e.kit.world import World, applied_world

UNIT = "client/acme/app"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store")


def drifted(folder: Path, world: World, program: Start, *relay: str) -> Program:
    cellwright = applied_world(folder, world, program, *relay)
    world.change("acme-kept", value="by hand")
    return cellwright


@pytest.mark.parametrize(
    "relay", [(), pytest.param(("--no-relay",), marks=pytest.mark.long)], ids=["relay", "no relay"]
)
def test_drift_that_was_seen_is_repaired_by_the_plan_that_was_saved(
    tmp_path: Path, world: World, program: Start, relay: tuple[str, ...]
) -> None:
    cellwright = drifted(tmp_path, world, program, *relay)
    saved = str(tmp_path / "saved")

    planned = cellwright.run("plan", UNIT, "--all", "-o", saved, *relay).expect(0)
    idle = cellwright.look("apply", UNIT, "--yes", *relay).expect(0)
    applied = cellwright.run("apply", "--plan", saved, "--json", *relay).expect(0)

    assert '"by hand" -> "as it was applied"' in planned.out
    assert "plan --all looks at it" in idle.out
    assert applied.outcomes == {UNIT: "applied"}
    assert world.value("acme-kept") == "as it was applied"
    again = cellwright.run("apply", "--plan", saved, *relay).expect(1)
    assert "is stale" in again.err + again.out


def test_the_state_accepts_the_world_and_the_unit_stays_up_to_date(
    tmp_path: Path, world: World, program: Start
) -> None:
    cellwright = drifted(tmp_path, world, program, "--no-relay")
    saved = str(tmp_path / "saved")

    planned = cellwright.run("plan", "--refresh-only", "-o", saved, "--no-relay").expect(0)
    cellwright.run("apply", "--plan", saved, "--no-relay").expect(0)

    assert "1 to refresh in 1 unit" in planned.out
    assert world.value("acme-kept") == "by hand"
    status = cellwright.look("status", "--json").expect(0).document
    assert {unit["status"] for unit in status["units"]} == {"up_to_date"}
    state = json.loads(cellwright.fleet.state(UNIT).read_text())
    assert "by hand" in json.dumps(state)
    trail = [event for event in events(cellwright.fleet.ledger) if event.action == "unit.applied"]
    assert trail[-1].detail["options"] == {"refresh_only": True}
    # What the settings want is another matter: the next look says so.
    looked = cellwright.run("plan", UNIT, "--all", "--no-relay").expect(0)
    assert '"by hand" -> "as it was applied"' in looked.out


def test_a_changed_unit_is_not_refreshed(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme/a", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})

    answer = cellwright.run("apply", "--refresh-only", "--yes").expect(0)

    assert "its settings have changed; apply them first" in answer.out
    assert fleet.desk.count("done") == {"acme-a": 1}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    fleet = make_fleet(tmp_path, {"a": {}, "b": {"source": "./stacks/two"}}, {"acme": {}})
    fleet.stack("two", TWO)
    return fleet


TWO = """
variable "value" { default = "1" }
resource "terraform_data" "one" { input = var.value }
resource "terraform_data" "two" { input = var.value }
output "value" { value = terraform_data.one.output }
"""


def test_named_resources_are_replaced_where_a_unit_has_them(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    before = ids(fleet)

    answer = cellwright.run("apply", "client/acme", "--replace", "terraform_data.one", "--yes", "--json")

    assert answer.expect(0).outcomes == {"client/acme/b": "applied"}
    assert {name for name, known in before.items() if ids(fleet)[name] != known} == {"one"}
    unknown = cellwright.look("apply", "client/acme", "--replace", "terraform_data.tow", "--yes").expect(1)
    assert "none of the selected units has made 'terraform_data.tow'" in unknown.err
    assert "nearest: terraform_data.two" in unknown.err
    unnamed = cellwright.look("apply", "--replace", "terraform_data.one", "--yes").expect(2)
    assert "name the units" in unnamed.err


def test_a_part_that_was_applied_leaves_the_unit_a_change(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"b": {"value": "2"}}})
    part = ("client/acme/b", "--target", "terraform_data.one")

    planned = cellwright.run("plan", *part).expect(0)
    cellwright.run("apply", *part, "--yes").expect(0)
    nothing = cellwright.run("apply", *part, "--yes", "--json").expect(0)

    assert "is for a part of it only: terraform_data.one" in planned.out
    assert nothing.outcomes == {"client/acme/b": "unchanged"}
    assert inputs(fleet) == {"one": "2", "two": "1"}
    status = cellwright.look("status").expect(0).out
    assert "partly applied" in status
    assert "value: unset -> 2" in status
    cellwright.run("apply", "--yes").expect(0)
    assert inputs(fleet) == {"one": "2", "two": "2"}
    assert "2 up to date" in cellwright.look("status").out


def test_opentofu_is_told_the_same(tmp_path: Path, program: Start) -> None:
    chosen = {"binary": str(program_path("tofu"))}
    fleet = make_fleet(tmp_path, {"b": {"source": "./stacks/two"}}, {"acme": {}}, terraform=chosen)
    fleet.stack("two", TWO)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    before = ids(fleet)
    fleet.cell("acme", {"stacks": {"b": {"value": "2"}}})
    part = ("--target", "terraform_data.one", "--replace", "terraform_data.one")

    cellwright.run("apply", "client/acme/b", *part, "--yes").expect(0)

    assert inputs(fleet) == {"one": "2", "two": "1"}
    assert {name for name, known in before.items() if ids(fleet)[name] != known} == {"one"}


OPENTOFUS = ["tofu", *(pytest.param(name, marks=pytest.mark.long) for name in OLDER)]


@pytest.mark.parametrize("name", OPENTOFUS)
def test_what_is_left_out_leaves_the_unit_a_change(tmp_path: Path, program: Start, name: str) -> None:
    fleet = two_units(tmp_path, str(program_path(name)))
    cellwright = program(fleet)
    saved = str(tmp_path / "saved")
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, "b": {"value": "2"}}})

    planned = cellwright.run("plan", "client/acme", "--exclude", "terraform_data.two", "-o", saved).expect(0)
    refused = cellwright.look("apply", "--plan", saved, "--exclude", "terraform_data.one").expect(2)
    applied = cellwright.run("apply", "--plan", saved, "--json").expect(0)

    assert "made with --exclude terraform_data.two" in planned.out
    assert "the plan of client/acme/b leaves out terraform_data.two, and what depends on that" in planned.out
    assert "can't be changed" in refused.err
    assert applied.outcomes == {"client/acme/b": "applied"}
    assert inputs(fleet) == {"one": "2", "two": "1"}
    trail = [event for event in events(fleet.ledger) if event.action == "unit.applied"]
    assert trail[-1].detail["options"] == {"excludes": ["terraform_data.two"]}
    status = cellwright.look("status", "client/acme/b").expect(0).out
    assert "partly applied" in status
    assert "value: unset -> 2" in status
    assert cellwright.run("apply", "client/acme/b", "--yes", "--json").outcomes == {
        "client/acme/b": "applied"
    }
    assert inputs(fleet) == {"one": "2", "two": "2"}
    assert "partly applied" not in cellwright.look("status").out
    again = cellwright.run("plan", "client/acme/b", "--exclude", "terraform_data.two").expect(0)
    assert "Nothing to do in the part that was asked for" in again.out
    assert "does not count as up to date" not in again.text
    assert "the rest was not looked at: cellwright plan client/acme/b --all" in " ".join(again.text.split())


def test_what_depends_on_what_is_left_out_is_left_out_by_a_resumed_run_too(
    tmp_path: Path, program: Start
) -> None:
    fleet = two_units(tmp_path, str(program_path("tofu")))
    fleet.stack("two", TWO.replace('"two" { input = var.value }', CHAINED))
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, "b": {"value": "2"}}})
    fleet.desk.fail("acme-a")
    named = ("--exclude", "terraform_data.one", "--exclude", "terraform_data.absent")
    fleet.stack("worker", WORKER + 'resource "terraform_data" "absent" {}\n')
    cellwright.run("apply", "client/acme", *named, "--yes").expect(1)
    fleet.desk.fail("acme-a", really=False)

    cellwright.run("resume", "--yes").expect(0)

    assert inputs(fleet) == {"one": "1", "two": "1"}
    assert "partly applied" in cellwright.look("status", "client/acme/a").out
    assert "absent" not in fleet.state("client/acme/a").read_text()


CHAINED = '"two" { input = terraform_data.one.output }'


def two_units(folder: Path, binary: str) -> FleetFolder:
    stacks = {"a": {}, "b": {"source": "./stacks/two"}}
    fleet = make_fleet(folder, stacks, {"acme": {}}, terraform={"binary": binary})
    fleet.stack("two", TWO)
    return fleet


def test_terraform_leaves_nothing_out(tmp_path: Path, program: Start) -> None:
    """It is said before anything begins; so is what is asked for wrongly."""
    cellwright = program(two_units(tmp_path, str(program_path("terraform"))))
    part = ("--exclude", "terraform_data.two")

    commands = [("plan", "client/acme"), ("apply", "client/acme", "--yes")]
    answers = [cellwright.look(*command, *part).expect(1).err for command in commands]
    both = cellwright.look("plan", "client/acme/b", *part, "--target", "terraform_data.one").expect(1)
    state = cellwright.look("plan", "client/acme/b", *part, "--refresh-only").expect(1)
    unknown = cellwright.look("plan", "client/acme", "--exclude", "terraform_data.tow").expect(1)
    unnamed = cellwright.look("plan", *part).expect(2)
    destroying = cellwright.look("apply", "client/acme/b", *part, "--destroy").expect(2)

    version = program_binary("terraform").identity
    for answer in answers:
        assert f"{version}, which runs client/acme/b, has no -exclude: OpenTofu has it since 1.9" in answer
    assert "leave out either --target or --exclude" in both.err
    assert "leave out either --refresh-only" in state.err
    assert "none of the selected units has 'terraform_data.tow'" in unknown.err
    assert "nearest: terraform_data.two" in unknown.err
    assert "name the units" in unnamed.err
    assert "--exclude" in unnamed.err
    assert "--destroy or --exclude terraform_data.two" in destroying.err
    assert cellwright.look("runs", "--json").document["runs"] == []


def test_what_is_no_address_reaches_no_program(fleet: FleetFolder, program: Start) -> None:
    """Also one that begins with a resource that is there, or that a shell took the quotes from."""
    cellwright = program(fleet)
    named = ("--target", "terraform_data.one.output", "--target", "terraform_data.one[a]")

    answers = [
        cellwright.look(*command, "client/acme/b", *named, "--replace", "module.c").expect(1).err
        for command in (("plan",), ("apply", "--yes"))
    ]

    for answer in answers:
        assert (
            "'terraform_data.one.output' is no address of a resource or module, from character 19" in answer
        )
        assert "'terraform_data.one[a]' is no address of a resource or module, from character 19" in answer
        assert "'module.c' is no resource that can be replaced" in answer
        assert "in a shell, put single quotes around one that has double quotes" in answer
    assert cellwright.look("runs", "--json").document["runs"] == []


def test_a_resource_of_a_stack_in_json_is_planned_alone(fleet: FleetFolder, program: Start) -> None:
    fleet.stack("two", "")
    declared = {"resource": {"terraform_data": {"one": {"input": "1"}, "two": {"input": "1"}}}}
    (fleet.root / "stacks" / "two" / "more.tf.json").write_text(json.dumps(declared))
    named = ("client/acme/b", "--target", "terraform_data.one")

    planned = program(fleet).run("plan", *named).expect(0).out

    assert "1 to add in 1 unit" in planned


def test_addresses_are_read_from_a_file(tmp_path: Path, fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    listed = tmp_path / "parts"
    listed.write_text("# the first\nterraform_data.one\n")

    planned = cellwright.run("plan", "client/acme/b", "--target-file", str(listed)).expect(0).out
    listed.write_text("terraform_data.one.id\n")
    wrong = cellwright.look("plan", "client/acme/b", "--target-file", str(listed)).expect(1)
    absent = cellwright.look("apply", "client/acme/b", "--target-file", f"{listed}.old").expect(1)
    unnamed = cellwright.look("plan", "--target-file", str(listed)).expect(1)

    assert "1 to add in 1 unit" in planned
    assert f"{listed}:1:1: error: 'terraform_data.one.id' is no address" in wrong.err
    assert f"{listed}.old can't be read" in absent.err
    assert "is no address" in unnamed.err


def test_a_resumed_run_goes_on_as_it_was_asked_for(fleet: FleetFolder, program: Start) -> None:
    """Each unit that is left is planned for the same part, and none as a whole."""
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, "b": {"value": "2"}}})
    fleet.desk.fail("acme-a")
    named = ("--target", "terraform_data.this", "--target", "terraform_data.one")
    cellwright.run("apply", "client/acme", *named, "--yes").expect(1)
    fleet.desk.fail("acme-a", really=False)

    cellwright.run("resume", "--yes").expect(0)

    assert inputs(fleet) == {"one": "2", "two": "1"}
    assert "partly applied" in cellwright.look("status", "client/acme/a").out


def test_a_saved_plan_is_applied_as_it_was_made(fleet: FleetFolder, program: Start, tmp_path: Path) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"b": {"value": "2"}}})
    saved = str(tmp_path / "saved")
    cellwright.run("plan", "client/acme/b", "--target", "terraform_data.two", "-o", saved).expect(0)

    refused = cellwright.look("apply", "--plan", saved, "--target", "terraform_data.one").expect(2)
    cellwright.run("apply", "--plan", saved).expect(0)

    assert "can't be changed" in refused.err
    assert inputs(fleet) == {"one": "1", "two": "2"}
    assert "partly applied" in cellwright.look("status").out


def instances(fleet: FleetFolder) -> dict[str, Any]:
    state = json.loads(fleet.state("client/acme/b").read_text())
    return {item["name"]: item["instances"][0]["attributes"] for item in state["resources"]}


def ids(fleet: FleetFolder) -> dict[str, str]:
    return {name: item["id"] for name, item in instances(fleet).items()}


def inputs(fleet: FleetFolder) -> dict[str, str]:
    return {name: item["input"]["value"] for name, item in instances(fleet).items()}


def test_what_waits_to_be_destroyed_is_named(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"b": {"enabled": False}}})

    answer = cellwright.look("apply", "--yes").expect(0)

    assert "client/acme/b waits to be destroyed" in answer.out
    assert "destroy with: cellwright apply client/acme/b" in answer.out
