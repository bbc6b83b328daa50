"""A state on a server that is gone, another unit's, or never kept: nothing is applied over it or believed."""

import json
from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program
from e2e.kit.state_server import Fault, StateServer

UNIT = "client/acme/first"


@pytest.fixture
def fleet(tmp_path: Path, server: StateServer) -> FleetFolder:
    return make_fleet(tmp_path, {"first": {}}, {"acme": {}, "globex": {}}, state=server.settings)


@pytest.fixture
def up(fleet: FleetFolder, program: Start) -> Program:
    """Both clients applied, then the settings of one changed."""
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"stacks": {"first": {"value": "2"}}})
    return cellwright


def said(answer: Answer) -> str:
    return str(answer.document["units"][0]["diagnostics"][0]["summary"])


def test_a_state_gone_from_its_server_is_neither_made_up_nor_destroyed(
    fleet: FleetFolder, up: Program, server: StateServer
) -> None:
    before = fleet.desk.count("done")
    server.states.clear()
    kept = fleet.home / "work" / UNIT / "before-apply.tfstate"
    kept.write_text('{"version": 4, "serial": 1, "lineage": "l", "outputs": {}, "resources": []}')

    refused = up.run("apply", "--yes", "--json").expect(1)
    assert "is gone" in said(refused)
    assert str(kept) in refused.document["units"][0]["diagnostics"][0]["detail"]
    assert "is gone" in said(up.run("offboard", "acme", "--yes", "--json").expect(1))
    assert fleet.desk.count("done") == before
    assert (fleet.root / "clients/acme.yaml").exists()

    up.run("apply", UNIT, "--yes", "--accept-state", "emptied by hand").expect(0)
    assert fleet.desk.count("done") == {**before, "acme-first": 2}
    (event,) = up.look("events", "--action", "state.accepted", "--json").expect(0).document
    assert event["reason"] == "emptied by hand"
    up.run("apply", "--yes", "--accept-state", "of nobody").expect(2)


def test_what_a_server_answers_after_an_apply_has_to_be_what_was_written(
    fleet: FleetFolder, up: Program, server: StateServer
) -> None:
    mine, others = (f"/client/{name}/first" for name in ("acme", "globex"))
    server.fault = Fault.DROPS
    assert "can't be read back" in said(up.run("apply", "--yes", "--json").expect(1))
    assert up.look("status", UNIT, "--json").document["counts"]["failed"] == 1

    server.fault = None
    server.states[mine] = server.states[others]
    done = fleet.desk.count("done")
    assert "is another one: lineage" in said(up.run("apply", "--yes", "--json").expect(1))
    assert fleet.desk.count("done") == done
    assert json.loads(server.states[mine]) == json.loads(server.states[others])


def test_a_state_that_could_not_be_written_is_written_before_the_unit_goes_on(
    fleet: FleetFolder, up: Program, server: StateServer
) -> None:
    done = {**fleet.desk.count("done"), "acme-first": 2}
    server.fault = Fault.FORBIDS
    assert "errored.tfstate" in up.run("apply", "--yes").expect(1).text
    (kept,) = fleet.home.rglob("errored.tfstate")
    assert fleet.desk.count("done") == done

    refused = up.run("resume", "--yes").expect(1)
    assert str(kept) in refused.text
    assert "will write" not in refused.text
    server.fault = None
    assert str(kept) in up.run("plan").expect(1).text, "a plan changes nothing, the state neither"
    elsewhere = kept.rename(kept.with_suffix(".away"))
    assert "is older than the recorded one" in up.run("resume", "--yes").expect(1).text
    elsewhere.rename(kept)

    up.run("resume", "--yes").expect(0)

    assert fleet.desk.count("done") == done
    assert not kept.exists()
    assert up.look("status", UNIT, "--json").document["counts"]["up_to_date"] == 1
