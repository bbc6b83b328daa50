"""The life of a client: onboarded and offboarded with one command each, whatever happens on the way."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.crashes import leases
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

STACKS = {"a": {}, "b": {"needs": ["a"]}}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    fleet = make_fleet(tmp_path, STACKS, {"first": {}})
    fleet.write("clients/first.yaml", "# kept as it is\n{}\n")
    return fleet


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    found = program(fleet)
    found.commit_all()
    return found


def test_onboarding_writes_commits_and_brings_up(fleet: FleetFolder, cellwright: Program) -> None:
    answer = cellwright.run(
        "onboard",
        "acme",
        "--set",
        "tier=gold",
        "--set",
        "stacks.a.value=7",
        "--reason",
        "signed",
        "--yes",
        "--json",
    ).expect(0)

    assert set(answer.outcomes) == {"client/acme/a", "client/acme/b"}
    assert set(answer.outcomes.values()) == {"applied"}
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}
    assert cellwright.git("status", "--porcelain") == ""
    log = cellwright.git("log", "-1", "--format=%an <%ae>%n%s%n%b", "--name-only")
    assert log.splitlines()[0] == "Ada Example <ada@example.com>"
    assert "Onboard client/acme" in log
    assert "signed" in log
    assert "clients/acme/client.yaml" in log
    assert (fleet.root / "clients/first.yaml").read_text() == "# kept as it is\n{}\n"
    events = cellwright.look("events", "--json").document
    assert events[0]["action"] == "client.onboarded"
    assert events[0]["actor"] == "Ada Example <ada@example.com>"


def test_a_dirty_work_tree_is_refused_and_nothing_is_left(fleet: FleetFolder, cellwright: Program) -> None:
    (fleet.root / "defaults.yaml").write_text("stacks: {}\n")
    answer = cellwright.look("onboard", "acme", "--yes").expect(1)
    assert "not committed: defaults.yaml" in answer.err
    assert not (fleet.root / "clients/acme").exists()


def test_onboarding_the_same_name_again_neither_fails_nor_doubles(
    fleet: FleetFolder, cellwright: Program
) -> None:
    command = ("onboard", "acme", "--set", "tier=gold", "--yes", "--json")
    cellwright.run(*command).expect(0)
    commits = cellwright.git("rev-list", "--count", "HEAD")

    again = cellwright.run(*command).expect(0)

    assert again.outcomes == {}
    assert cellwright.git("rev-list", "--count", "HEAD") == commits
    actions = [event["action"] for event in cellwright.look("events", "--json").document]
    assert actions.count("client.onboarded") == 1
    assert set(fleet.desk.count("done").values()) == {1}


def test_onboarding_again_with_other_settings_is_refused(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.run("onboard", "acme", "--set", "tier=gold", "--yes").expect(0)
    answer = cellwright.look("onboard", "acme", "--set", "tier=silver", "--yes").expect(1)
    assert "onboarded already" in answer.err
    assert "gold" in (fleet.root / "clients/acme/client.yaml").read_text()


def test_a_failure_in_the_middle_leaves_the_commit_and_resume_goes_on(
    fleet: FleetFolder, cellwright: Program
) -> None:
    fleet.desk.fail("acme-b")
    cellwright.run("onboard", "acme", "--yes").expect(1)
    assert "Onboard client/acme" in cellwright.git("log", "-1", "--format=%s")
    fleet.desk.fail("acme-b", really=False)

    cellwright.run("resume", "--yes").expect(0)

    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}


def test_onboarding_again_after_a_failure_goes_on_too(fleet: FleetFolder, cellwright: Program) -> None:
    fleet.desk.fail("acme-b")
    cellwright.run("onboard", "acme", "--set", "tier=gold", "--yes").expect(1)
    fleet.desk.fail("acme-b", really=False)
    cellwright.run("onboard", "acme", "--set", "tier=gold", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}


def test_an_onboarding_killed_before_its_commit_is_finished_by_the_next(
    fleet: FleetFolder, cellwright: Program
) -> None:
    # What is on disk when the process dies between writing the file and committing it.
    fleet.write("clients/acme/client.yaml", "tier: gold\n")

    cellwright.run("onboard", "acme", "--set", "tier=gold", "--yes").expect(0)

    assert cellwright.git("status", "--porcelain") == ""
    assert "Onboard client/acme" in cellwright.git("log", "-1", "--format=%s")
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-b": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Acme"], "lower-case letters"),
        (["../up"], "lower-case letters"),
        (["a" * 200], "at most 63 characters"),
        (["acme", "--set", "stacks.a.size=3"], "size"),
        (["acme", "--level", "moon"], "no level 'moon'"),
        (["acme", "--set", "stacks.c.value=3"], "'c'"),
    ],
    ids=["upper-case", "path", "long", "unknown input", "unknown level", "unknown stack"],
)
def test_a_client_that_can_not_be_leaves_nothing_behind(
    fleet: FleetFolder, cellwright: Program, arguments: list[str], said: str
) -> None:
    answer = cellwright.look("onboard", *arguments, "--yes")
    assert answer.code in (1, 2)
    assert said in answer.err
    assert cellwright.git("status", "--porcelain") == ""
    assert [path.name for path in (fleet.root / "clients").iterdir()] == ["first.yaml"]
    assert not fleet.desk.lines()


def test_offboarding_destroys_in_reverse_then_removes_and_commits(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.run("onboard", "acme", "--yes").expect(0)

    cellwright.run("offboard", "acme", "--reason", "left us", "--yes").expect(0)

    assert fleet.desk.lines()[-2:] == ["gone acme-b", "gone acme-a"]
    assert not (fleet.root / "clients/acme").exists()
    assert (fleet.root / "archived/acme/client.yaml").exists()
    assert cellwright.git("status", "--porcelain") == ""
    assert "Offboard client/acme" in cellwright.git("log", "-1", "--format=%s%n%b")
    actions = [event["action"] for event in cellwright.look("events", "--json").document]
    assert actions[-3:] == ["client.offboarded", "offboarding.done", "client.moved"]
    units = cellwright.look("status", "--json").document["units"]
    assert {unit["address"].split("/")[1] for unit in units} == {"first"}
    assert leases(fleet) == []


def test_offboarding_that_fails_keeps_the_settings_and_goes_on_when_repeated(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.run("onboard", "acme", "--yes").expect(0)
    fleet.desk.keep("acme-a")
    cellwright.run("offboard", "acme", "--yes").expect(1)
    assert (fleet.root / "clients/acme/client.yaml").exists()
    fleet.desk.keep("acme-a", really=False)

    cellwright.run("offboard", "acme", "--yes").expect(0)

    assert fleet.desk.count("gone") == {"acme-b": 1, "acme-a": 1}
    assert not (fleet.root / "clients/acme").exists()


def test_an_offboarding_killed_before_its_commit_is_finished_by_the_next(
    fleet: FleetFolder, cellwright: Program
) -> None:
    fleet.write("clients/acme/client.yaml", "{}\n")
    cellwright.commit_all()
    # What is on disk when the process dies between removing the file and committing that.
    (fleet.root / "clients/acme/client.yaml").unlink()
    (fleet.root / "clients/acme").rmdir()

    cellwright.run("offboard", "acme", "--yes").expect(0)

    assert cellwright.git("status", "--porcelain") == ""
    actions = [event["action"] for event in cellwright.look("events", "--json").document]
    assert actions[-3:] == ["client.offboarded", "offboarding.done", "client.moved"]


def test_a_client_that_others_stand_on_is_not_let_go(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.run("onboard", "acme", "--yes").expect(0)
    fleet.cell("globex", {"stacks": {"a": {"upstream": "${output.client/acme/a.value}"}}})
    cellwright.commit_all()

    answer = cellwright.run("offboard", "acme", "--yes").expect(1)

    assert "client/globex/a" in answer.err
    assert fleet.desk.count("gone").total() == 0


def test_a_client_that_is_not_there_can_not_be_let_go(cellwright: Program) -> None:
    answer = cellwright.look("offboard", "nobody", "--yes").expect(1)
    assert "there is no client 'nobody'" in answer.err
