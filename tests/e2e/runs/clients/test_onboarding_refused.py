"""An onboarding that is refused leaves nothing; one that is not tells of its commit, and pushes it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.terminal import at_a_terminal
from e2e.runs.clients.test_offboarding_judged import TEST

RULE = """\
# METADATA
# title: No stores
# custom:
#   clause: 164.310(d)(2)
package keep.destruction

import rego.v1

deny contains {"msg": "no stores here", "resource": r.address} if {
	some r in input.resource_changes
	"create" in r.change.actions
}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}}, {"first": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    found = program(fleet)
    found.commit_all()
    return found


def typing(text: str) -> Callable[["subprocess.Popen[bytes]"], bytes]:
    return lambda _process: f"{text}\n".encode()


def is_as_before(cellwright: Program, commit: str) -> None:
    assert cellwright.git("rev-parse", "HEAD") == commit
    assert cellwright.git("status", "--porcelain") == ""
    assert not (cellwright.fleet.root / "clients/acme").exists()
    assert "acme" not in cellwright.look("status").expect(0).out
    last = cellwright.look("events", "--json").document[-1]
    assert (last["action"], last["subject"]) == ("client.onboarding_undone", "client/acme")


def test_a_person_who_says_no_finds_the_fleet_as_it_was_and_may_say_yes_later(cellwright: Program) -> None:
    commit = cellwright.git("rev-parse", "HEAD")
    code, seen = at_a_terminal(cellwright, typing("no"), "onboard", "acme", "--set", "tier=gold")
    assert code == 1
    assert b"was not onboarded, its plans were not approved" in seen
    assert b"resume" not in seen
    is_as_before(cellwright, commit)

    answer = cellwright.run("onboard", "acme", "--yes").expect(0)

    assert "committed" in answer.err
    assert '"Onboard client/acme"' in answer.err
    actions = [event["action"] for event in cellwright.look("events", "--json").document]
    assert actions.count("client.onboarded") == 2


def test_a_policy_that_denies_leaves_no_client(fleet: FleetFolder, cellwright: Program) -> None:
    fleet.write("policies/keep.rego", RULE)
    fleet.write("policies/keep_test.rego", TEST.replace('["delete"]', '["create"]'))
    cellwright.commit_all()
    commit = cellwright.git("rev-parse", "HEAD")
    answer = cellwright.run("onboard", "acme", "--yes").expect(1)
    assert "was not onboarded, denied by keep.destruction" in answer.out
    is_as_before(cellwright, commit)


def test_the_commit_is_pushed_where_the_branch_follows_a_remote_and_a_refusal_loses_nothing(
    tmp_path: Path, cellwright: Program
) -> None:
    remote = tmp_path / "remote.git"
    cellwright.git("init", "--quiet", "--bare", str(remote))
    cellwright.git("remote", "add", "origin", str(remote))
    branch = cellwright.git("symbolic-ref", "--short", "HEAD").strip()

    first = cellwright.run("onboard", "acme", "--yes").expect(0)
    assert f"push it: git push -u origin {branch}" in first.err
    cellwright.git("push", "--quiet", "-u", "origin", branch)

    second = cellwright.run("onboard", "bolt", "--yes").expect(0)
    assert f"pushed to origin/{branch}" in second.err
    assert cellwright.git("rev-parse", f"origin/{branch}") == cellwright.git("rev-parse", "HEAD")

    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'only by pull request' >&2\nexit 1\n")
    hook.chmod(0o755)
    third = cellwright.run("onboard", "coil", "--yes").expect(0)
    assert f"warning: origin/{branch} did not take commit" in third.err
    assert "only by pull request" in third.err
    assert cellwright.git("log", "-1", "--format=%s").strip() == "Onboard client/coil"


def test_a_build_that_follows_a_refused_onboarding_takes_it_back_once(
    tmp_path: Path, cellwright: Program
) -> None:
    commit = cellwright.git("rev-parse", "HEAD")
    request = tmp_path / "onboard.json"
    request.write_text('{"name": "acme"}')
    run = cellwright.run("job", "onboard", str(request)).expect(0).out.strip()
    cellwright.run("job", "follow", run).expect(3)
    assert (cellwright.fleet.root / "clients/acme").exists()
    cellwright.run("reject", run, "--reason", "not yet").expect(0)
    cellwright.run("job", "follow", run).expect(1)
    is_as_before(cellwright, commit)
    cellwright.run("job", "follow", run).expect(1)
    actions = [event["action"] for event in cellwright.look("events", "--json").document]
    assert actions.count("client.onboarding_undone") == 1
