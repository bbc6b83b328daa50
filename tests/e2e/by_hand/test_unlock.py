"""Locks that a dead process has left: shown, and taken away on record."""

import signal
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import events
from e2e.kit.program import Program
from e2e.kit.state_server import StateServer
from e2e.kit.waiting import eventually

UNIT = "client/acme/first"
LOCK = {
    "ID": "5f63d50b-ab84-60f9-53a4-00e5b8905aea",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "grace@build-7",
    "Version": "1.11.4",
    "Created": "2026-11-26T07:50:15.882972684Z",
    "Path": "",
}


@pytest.fixture
def fleet(tmp_path: Path, server: StateServer) -> FleetFolder:
    return make_fleet(tmp_path, {"first": {}}, {"acme": {}}, state=server.settings)


@pytest.fixture
def up(fleet: FleetFolder, program: Start) -> Program:
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    return cellwright


def test_a_lock_that_somebody_has_left_is_shown_and_taken_away(
    fleet: FleetFolder, up: Program, server: StateServer
) -> None:
    free = up.run("unlock", UNIT, "--json").expect(0).document
    assert (free["lock"], free["lease"], free["removed"]) == (None, None, False)

    (path,) = server.states
    server.locks[path] = dict(LOCK)
    shown = up.run("unlock", UNIT, "--json").expect(0).document
    assert (shown["lock"]["id"], shown["removed"]) == (LOCK["ID"], False)
    assert "no terminal" in up.run("unlock", UNIT).expect(1).text
    assert server.locks

    up.run("unlock", UNIT, "--yes", "--reason", "the build was killed").expect(0)
    assert not server.locks
    before, after = events(fleet.ledger)[-2:]
    assert (before.action, after.action) == ("unit.unlocking", "unit.unlocked")
    assert after.reason == "the build was killed"
    assert after.detail["lock"]["id"] == LOCK["ID"]  # type: ignore[index,call-overload]
    assert "nothing was done" in up.run("unlock", UNIT, "--yes").expect(0).text


def test_nothing_is_taken_from_a_process_that_lives_without_a_stronger_word(
    fleet: FleetFolder, up: Program
) -> None:
    fleet.cell("acme", {"stacks": {"first": {"value": "2"}}})
    with fleet.desk.holding(), up.started("apply", "--yes") as running:
        fleet.desk.until("begin", 2)
        refused = up.run("unlock", UNIT, "--yes").expect(1).text
        assert "is being worked on by" in refused
        assert "lock   held by" in refused
        begun = up.run("unlock", UNIT, "--json").expect(0).document
        assert (begun["lease"]["lives"], begun["at_work_here"]) == (True, True)
        up.run("unlock", UNIT, "--yes", "--although-held", "its disk is gone").expect(0)
        fleet.desk.release()
        running.signal(signal.SIGTERM)
        assert running.finish().code != 0
    assert events(fleet.ledger)[-1].action != "unit.applied"


@pytest.mark.long
def test_a_lease_whose_process_is_gone_is_taken_away(fleet: FleetFolder, up: Program) -> None:
    script = fleet.write("die.sh", f"#!/bin/sh\ntouch {fleet.desk.folder}/there\nkill -9 $PPID\n")
    script.chmod(0o755)
    with up.started("shell", UNIT, SHELL=str(script)) as running:
        running.finish()
    eventually((fleet.desk.folder / "there").exists, "the shell")
    done = up.run("unlock", UNIT, "--yes").expect(0).text
    assert "which is gone" in done
    assert up.run("unlock", UNIT, "--json").expect(0).document["lease"] is None
