"""A rollout with the real Terraform: a canary that fails, a retry, and the way back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

CELLS = {
    "acme": {"ring": "canary"},
    "globex": {"ring": "early"},
    "hooli": {"ring": "late"},
}
ROLLOUTS = {
    "standard": {
        "waves": [
            {"name": "canary", "cells": "ring=canary", "bake": 1, "after": [{"check": "asked"}]},
            {"name": "rest", "cells": "*", "max_parallel": 2, "max_failures": 1},
        ]
    },
    "plain": {"waves": [{"name": "all", "cells": "*"}]},
}


def commit(cellwright: Program, value: str) -> str:
    """Give every worker a value, and commit it."""
    fleet = cellwright.fleet
    worker = {"mark": "${unit.cell}-app", "desk": str(fleet.desk.folder), "value": value}
    fleet.write("defaults.yaml", {"stacks": {"app": worker}})
    cellwright.commit_all()
    return cellwright.git("rev-parse", "HEAD").strip()


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    """Three cells, in git."""
    checks = {"asked": {"command": ["./checks/asked.sh", "${cell.name}", "a b; exit 9"]}}
    made = make_fleet(tmp_path, {"app": {}}, CELLS, rollouts=ROLLOUTS, checks=checks)
    script = made.write("checks/asked.sh", f'#!/bin/sh\necho "$1|$2" >>{made.desk.folder}/asked\n')
    script.chmod(0o755)
    made.write(".gitignore", ".cellwright/\n")
    return made


def started(cellwright: Program) -> Mapping[str, Any]:
    """The newest rollout."""
    [found, *_] = cellwright.run("rollout", "status", "--json").expect(0).document["rollouts"]
    return dict(found)


def waiting(cellwright: Program, rollout: str) -> list[list[str]]:
    """The units whose plans wait, by what they do."""
    shown = cellwright.run("rollout", "status", rollout, "--json").expect(0).document
    return [group["units"] for group in shown["waiting_plans"]]


def values(fleet: FleetFolder) -> dict[str, str]:
    """What each cell's state says of its value."""
    states = {name: json.loads(fleet.state(f"client/{name}/app").read_text()) for name in CELLS}
    return {name: state["outputs"]["value"]["value"].rpartition(":")[2] for name, state in states.items()}


@pytest.mark.terraform
def test_a_canary_that_fails_then_a_retry_then_the_way_back(program: Start, fleet: FleetFolder) -> None:
    cellwright = program(fleet)
    first = commit(cellwright, "1")
    cellwright.run("apply", "--yes").expect(0)
    second = commit(cellwright, "2")

    simulated = cellwright.run("rollout", "simulate", "standard", "--json").expect(0).document
    assert [[cell["cell"] for cell in wave["cells"]] for wave in simulated["waves"]] == [
        ["client/acme"],
        ["client/globex", "client/hooli"],
    ]
    assert simulated["worst_case"]["failed"] == 2

    fleet.desk.fail("acme-app")
    halted = cellwright.run("rollout", "start", "standard", "--yes", "--reason", "a new value").expect(1)
    assert "1 cell of the rollout failed, 0 may" in halted.text
    found = started(cellwright)
    assert (found["status"], found["commit"]) == ("halted", second)
    assert found["cells"] == {"failed": 1, "waiting": 2}
    assert fleet.desk.count("begin")["globex-app"] == 1  # by the first apply alone

    # What is changed meanwhile does not count: it goes on at its own commit.
    commit(cellwright, "3")
    fleet.desk.fail("acme-app", really=False)
    done = cellwright.run("rollout", "retry", found["rollout"], "--yes").expect(0)
    assert "completed" in done.text
    assert started(cellwright)["cells"] == {"succeeded": 3}
    assert values(fleet) == dict.fromkeys(CELLS, "2")
    # No shell has read the arguments, and the canary alone was asked.
    assert (fleet.desk.folder / "asked").read_text() == "acme|a b; exit 9\n"

    back = cellwright.run("rollout", "rollback", found["rollout"], "--yes").expect(0)
    assert "completed" in back.text
    assert started(cellwright)["commit"] == first
    assert values(fleet) == dict.fromkeys(CELLS, "1")

    actions = [event["action"] for event in cellwright.run("events", "--json").expect(0).document]
    assert actions.count("rollout.started") == 2
    assert {"rollout.halted", "rollout.retried", "rollout.completed"} <= set(actions)


@pytest.mark.terraform
def test_an_approved_plan_approves_all_later_ones_that_do_the_same(
    program: Start, fleet: FleetFolder
) -> None:
    cellwright = program(fleet)
    fleet.cell("hooli", {"ring": "late", "stacks": {"app": {"value": "other"}}})
    commit(cellwright, "1")
    waits = cellwright.run("rollout", "start", "plain", "--yes", "--plans-wait").expect(0)
    assert "plans that wait for an answer" in waits.text
    rollout = started(cellwright)["rollout"]
    assert waiting(cellwright, rollout) == [["client/acme/app"]]
    assert not fleet.desk.lines()

    cellwright.run("rollout", "approve", rollout, "--yes").expect(0)
    # The second does the same; the third does not, so it asks.
    assert waiting(cellwright, rollout) == [["client/hooli/app"]]
    assert fleet.desk.count("done") == {"acme-app": 1, "globex-app": 1}

    cellwright.run("rollout", "approve", rollout, "--yes").expect(0)
    assert started(cellwright)["status"] == "completed"
    assert fleet.desk.count("done")["hooli-app"] == 1
