"""Commands of Terraform by hand, through the real command line and the machine's own Terraform."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import events
from e2e.kit.program import Answer, Program
from e2e.kit.state_server import StateServer
from e2e.kit.waiting import eventually

UNIT = "client/acme/own"
WORD = "sesame-open-9"
STACK = """
variable "mark" { type = string }
variable "word" {
  type      = string
  sensitive = true
}
resource "terraform_data" "this" { input = var.mark }
resource "terraform_data" "more" { input = var.word }
output "value" { value = var.mark }
output "word" {
  value     = var.word
  sensitive = true
}
"""


def settings(mark: str = "x") -> dict[str, Any]:
    return {"stacks": {"own": {"mark": mark, "word": "${secret.env.SECRET_WORD}"}}}


@pytest.fixture
def fleet(tmp_path: Path, server: StateServer) -> FleetFolder:
    """Its states lie on a server: what is there now, only Terraform can tell."""
    made = make_fleet(
        tmp_path,
        {"own": {"source": "./stacks/own"}},
        {"acme": settings()},
        state=server.settings,
        secrets={"env": {"type": "environment", "allow": ["SECRET_*"]}},
    )
    made.stack("own", STACK)
    return made


@pytest.fixture
def up(fleet: FleetFolder, program: Start) -> Program:
    cellwright = replace(program(fleet), environment={"SECRET_WORD": WORD})
    cellwright.run("apply", "--yes").expect(0)
    return cellwright


def terraform(cellwright: Program, *arguments: str) -> Answer:
    return cellwright.run("terraform", UNIT, "--", *arguments)


def status(cellwright: Program) -> tuple[str, list[str]]:
    (unit,) = cellwright.look("status", "--json").expect(0).document["units"]
    return unit["status"], [reason["summary"] for reason in unit["reasons"]]


BY_HAND = ("changed", ["its state was changed by hand since it was applied"])


def test_a_command_has_the_unit_s_folder_state_and_variables(up: Program) -> None:
    listed = terraform(up, "state", "list").expect(0)
    assert listed.out.split() == ["terraform_data.more", "terraform_data.this"]
    assert WORD not in terraform(up, "output").expect(0).text
    assert terraform(up, "plan", "-detailed-exitcode", "-no-color").expect(0).out.count("No changes") == 1
    assert terraform(up, "output", "no-such-output").code == 1
    assert not [
        item
        for item in events(up.fleet.ledger)
        if item.action.startswith("terraform.") and "list" in str(item)
    ]
    assert status(up) == ("up_to_date", [])


def test_what_was_taken_out_of_a_state_makes_the_unit_a_change(fleet: FleetFolder, up: Program) -> None:
    fleet.cell("acme", settings(mark="y"))
    up.run("plan", "-o", "old.plan").expect(0)
    fleet.cell("acme", settings())
    done = terraform(up, "state", "rm", "terraform_data.more").expect(0)
    assert "it counts as changed until it is applied" in done.err
    assert status(up) == BY_HAND
    fleet.cell("acme", settings(mark="y"))
    assert "older version of the state" in up.run("apply", "--plan", "old.plan").expect(1).text
    fleet.cell("acme", settings())

    applied = up.run("apply", "--yes", "--json").expect(0)
    assert applied.document["units"][0]["resources"]["add"] == 1
    assert status(up) == ("up_to_date", [])

    begun, ended = [item for item in events(fleet.ledger) if item.action.startswith("terraform.")]
    assert begun.detail["arguments"] == ["state", "rm", "terraform_data.more"]
    assert begun.detail["id"] == ended.detail["id"]
    assert (ended.detail["exit_code"], ended.detail["changed"]) == (0, True)


def test_what_changed_nothing_leaves_the_unit_up_to_date(fleet: FleetFolder, up: Program) -> None:
    failed = terraform(up, "import", f"-var=word={WORD}", "terraform_data.this", WORD).expect(1)
    assert "already managed" in failed.text
    assert status(up) == ("up_to_date", [])
    trail = [item for item in events(fleet.ledger) if item.action.startswith("terraform.")]
    assert [item.detail.get("exit_code") for item in trail] == [None, 1]
    assert WORD not in str(trail)
    assert "-var=word=(sensitive value)" in trail[0].detail["arguments"]  # type: ignore[operator]


@pytest.mark.long
def test_an_apply_past_the_policies_is_refused_unless_somebody_says_why(
    fleet: FleetFolder, up: Program
) -> None:
    refused = terraform(up, "apply", "-auto-approve").expect(1)
    assert f"cellwright apply {UNIT}" in refused.err
    up.run("legal-hold", "acme", "--reason", "litigation").expect(0)
    why = ("--without-policies", "the provider is broken")
    held = up.run("terraform", UNIT, *why, "--", "destroy", "-auto-approve").expect(1)
    assert "legal hold" in held.err
    up.run("legal-hold", "acme", "--lift", "--reason", "settled").expect(0)

    up.run("terraform", UNIT, *why, "--", "destroy", "-auto-approve").expect(0)
    assert status(up) == BY_HAND
    begun = next(item for item in events(fleet.ledger) if item.action == "terraform.begun")
    assert (begun.reason, begun.detail["without_policies"]) == ("the provider is broken", True)
    again = up.run("apply", "--yes", "--json").expect(0)
    assert again.document["units"][0]["resources"]["add"] == 2


@pytest.mark.long
def test_a_state_that_was_pushed_is_the_unit_s_but_not_one_that_got_there_otherwise(
    up: Program, server: StateServer
) -> None:
    (place,) = server.states
    other = {**json.loads(server.states[place]), "lineage": "another-one", "serial": 1}
    file = up.fleet.write("other.tfstate", json.dumps(other))
    terraform(up, "state", "push", "-force", str(file)).expect(0)
    assert status(up) == BY_HAND
    up.run("apply", "--yes").expect(0)

    server.states[place] = json.dumps({**other, "lineage": "a-stranger-s"}).encode()
    terraform(up, "state", "rm", "terraform_data.more").expect(0)
    assert "is another one" in up.run("apply", "--yes").expect(1).text


def test_what_was_begun_and_killed_does_not_count_as_applied(fleet: FleetFolder, up: Program) -> None:
    script = fleet.write("die.sh", "#!/bin/sh\nkill -9 $PPID\n")
    script.chmod(0o755)
    with up.started("shell", UNIT, SHELL=str(script)) as running:
        assert running.finish().code == -signal.SIGKILL
    assert status(up) == BY_HAND
    # Its process is dead, so its lease is taken over at once.
    up.run("apply", "--yes").expect(0)
    assert status(up) == ("up_to_date", [])


def test_a_unit_on_which_somebody_works_is_refused_with_who_and_since_when(
    fleet: FleetFolder, up: Program
) -> None:
    script = fleet.write("wait.sh", f"#!/bin/sh\ntouch {fleet.desk.folder}/there\nexec sleep 600\n")
    script.chmod(0o755)
    with up.started("shell", UNIT, "--reason", "to look", SHELL=str(script)) as running:
        eventually((fleet.desk.folder / "there").exists, "the shell")
        begun = events(fleet.ledger)[-1]
        refused = terraform(up, "state", "list").expect(1)
        assert (
            f"is being worked on by {begun.actor} (by hand, since {begun.time[:10]} {begun.time[11:19]} UTC"
            in refused.err
        )
        running.signal(signal.SIGINT)
        assert running.finish().code == 128 + signal.SIGINT
    terraform(up, "state", "list").expect(0)
    ended = events(fleet.ledger)[-1]
    assert (ended.action, ended.detail["exit_code"]) == ("terraform.ended", 130)
    assert status(up) == ("up_to_date", [])


def test_a_shell_that_can_not_be_started_leaves_the_unit_as_it_was_and_its_end_on_record(
    fleet: FleetFolder, up: Program
) -> None:
    refused = up.run("shell", UNIT, SHELL="/nonexistent/zsh").expect(1)
    assert "/nonexistent/zsh can't be started" in refused.err
    assert events(fleet.ledger)[-1].detail["exit_code"] == 127
    assert status(up) == ("up_to_date", [])


@pytest.mark.long
def test_a_shell_is_in_the_unit_s_folder_and_leaves_its_workspace(fleet: FleetFolder, up: Program) -> None:
    script = fleet.write(
        "do.sh", "#!/bin/sh\necho at $CELLWRIGHT_UNIT\nterraform state rm terraform_data.this\nexit 7\n"
    )
    script.chmod(0o755)
    done = up.run("shell", UNIT, SHELL=str(script)).expect(7)
    assert f"at {UNIT}" in done.out
    assert status(up) == BY_HAND
    assert WORD not in str(events(fleet.ledger))


def test_outputs_are_masked_unless_somebody_asks_for_them_on_record(fleet: FleetFolder, up: Program) -> None:
    shown = up.look("output", UNIT).expect(0)
    assert shown.out == 'value = "x"\nword  = (sensitive)\n'
    assert up.look("output", UNIT, "value", "--raw").expect(0).out == "x"
    assert up.look("output", UNIT, "--json").expect(0).document["word"] == {"sensitive": True, "value": None}
    assert "--reveal" in up.look("output", UNIT, "word", "--raw").expect(1).err
    assert "did you mean 'word'?" in up.look("output", UNIT, "wort").expect(1).err
    up.look("output", UNIT, "--raw").expect(2)
    before = len(events(fleet.ledger))
    revealed = up.run("output", UNIT, "word", "--raw", "--reveal", "--reason", "to sign in").expect(0)
    assert revealed.out == WORD
    (event,) = events(fleet.ledger)[before:]
    assert (event.action, event.reason, event.detail["outputs"]) == (
        "outputs.revealed",
        "to sign in",
        ["word"],
    )


def test_json_and_a_server_are_refused(up: Program) -> None:
    assert "Terraform's own" in up.look("terraform", UNIT, "--json", "--", "state", "list").expect(2).text
    up.look("--server", "http://192.0.2.1", "shell", UNIT).expect(1)
    refused = up.look("terraform", UNIT, "--", "apply", "-auto-approve").expect(1)
    assert f"cellwright apply {UNIT}" in refused.err
    assert "no unit matches" in up.look("terraform", "client/acme/onw", "--", "state", "list").expect(1).text
