"""`moved_from` in fleet.yaml: a commit splits a stack, and each cell's next apply moves its resources."""

import json
import shutil
from pathlib import Path

import pytest

import binaries
from cellwright.app.runs.moving.states import StateMover
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.moves import Moves
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.write.renaming import Renaming
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.killing import killed_at
from e2e.kit.program import Program
from e2e.runs.clients.test_moved_resources import GOING, KEPT, in_state

DB = 'output "ids" { value = join(",", [for item in terraform_data.going : item.id]) }\n'
TAKES = 'variable "ids" { type = string }\nresource "terraform_data" "taker" { input = var.ids }\n'


@pytest.fixture(params=binaries.FIRST_QUICK)
def product(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> str:
    folder = tmp_path_factory.getbasetemp() / f"machine-{request.param}"
    for key, value in binaries.machine_with(request.param, folder).items():
        monkeypatch.setenv(key, value)
    return str(request.param)


ROLLOUTS = {"plain": {"waves": [{"name": "all", "cells": "*"}]}}


def whole(folder: Path) -> FleetFolder:
    sources = {"app": {"source": "./stacks/app"}}
    fleet = make_fleet(folder, sources, {"acme": {}, "globex": {}}, rollouts=ROLLOUTS)
    fleet.write(".gitignore", ".cellwright/\n")
    fleet.stack("app", KEPT + GOING)
    return fleet


def divide(fleet: FleetFolder, *, app: str = KEPT, database: str = GOING) -> None:
    """Write what a commit that splits the stack says."""
    fleet.stack("app", app)
    fleet.stack("db", database)
    settings = fleet.root / "fleet.yaml"
    added = "source: ./stacks/app\n    db:\n      source: ./stacks/db\n      moved_from: {app: [%s]}"
    settings.write_text(settings.read_text().replace("source: ./stacks/app", added % "terraform_data.going"))


def ids(fleet: FleetFolder, cell: str) -> dict[str, str]:
    return {**in_state(fleet, f"client/{cell}/app"), **in_state(fleet, f"client/{cell}/db")}


@pytest.mark.usefixtures("product")
def test_a_commit_splits_a_stack_for_every_client(tmp_path: Path, program: Start) -> None:
    fleet = whole(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    before = {cell: ids(fleet, cell) for cell in ("acme", "globex")}
    # The first takes an output of the second: it can be planned only when that is applied.
    divide(fleet, app=KEPT + TAKES, database=GOING + DB)
    fleet.write("defaults.yaml", {"stacks": {"app": {"ids": "${output.db.ids}"}}})
    # A client that is new has nothing to move.
    fleet.cell("initech", {})

    shown = cellwright.run("plan", "client/acme").expect(0)
    told = " ".join(shown.text.split())
    assert "terraform_data.going comes from client/acme/app with the next apply" in told
    assert ids(fleet, "acme") == before["acme"]
    assert not fleet.state("client/acme/db").exists()
    assert not (fleet.home / "moves").exists()
    for unit in ("client/acme/app", "client/acme/db"):
        refused = " ".join(cellwright.run("apply", unit, "--yes").expect(1).text.split())
        assert "is not part of this run" in refused
    assert set(in_state(fleet, "client/acme/app")) == {"kept", "goinga", "goingb"}
    one_is_approved_with_sight_of_what_was_moved(cellwright, tmp_path)

    cellwright.run("apply", "--yes").expect(0)

    for cell, known in before.items():
        assert set(in_state(fleet, f"client/{cell}/app")) == {"kept", "taker"}
        assert set(in_state(fleet, f"client/{cell}/db")) == {"goinga", "goingb"}
        assert ids(fleet, cell).items() >= known.items()
    assert set(in_state(fleet, "client/initech/db")) == {"goinga", "goingb"}
    told = cellwright.look("events", "--subject", "client/acme/db").expect(0).out
    assert told.count("resources.moved") == 1
    assert "resources.moved" not in cellwright.look("events", "--subject", "client/initech/db").expect(0).out
    status = cellwright.look("status", "--json").expect(0).document
    assert status["counts"]["up_to_date"] == 6, status
    again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
    assert set(again.outcomes.values()) == {"unchanged"}


def one_is_approved_with_sight_of_what_was_moved(cellwright: Program, folder: Path) -> None:
    """The plan that waits names the resources whose state it was made for: they came from the other unit."""
    (folder / "wanted.json").write_text('{"selectors": ["client/acme"]}')
    run = cellwright.look("job", "apply", str(folder / "wanted.json")).expect(0).out.strip()
    waiting = cellwright.look("job", "follow", run, "--out", str(folder / "plans.json")).expect(3)
    assert 'terraform_data.going["a"]  (move: from the state of app)' in waiting.text
    assert "from the state of app" in (folder / "plans.json").read_text()
    cellwright.look("approve", run, "--yes").expect(0)
    cellwright.look("job", "follow", run).expect(3)
    cellwright.look("approve", run, "--yes").expect(0)
    cellwright.look("job", "follow", run).expect(0)


def test_what_is_done_by_hand_or_kept_minds_a_declared_move(tmp_path: Path, program: Start) -> None:
    fleet = whole(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme", "--yes").expect(0)
    before = ids(fleet, "acme")
    divide(fleet)
    plans = tmp_path / "plans.zip"
    told = " ".join(cellwright.run("plan", "client/acme", "-o", str(plans)).expect(0).text.split())
    assert "the plan file leaves out client/acme/app, client/acme/db" in told
    assert "cellwright apply client/acme" in told
    told = " ".join(cellwright.run("terraform", "client/acme/app", "--", "plan").expect(0).text.split())
    assert "terraform_data.going of client/acme/app are still to go to client/acme/db" in told
    assert "would destroy them" in told
    by_hand = ("terraform", "client/acme/app", "--without-policies", "now", "--", "apply", "-auto-approve")
    refused = " ".join(cellwright.run(*by_hand).expect(1).text.split())
    assert "this would destroy them" in refused
    assert "let them be moved first: cellwright apply client/acme" in refused
    assert ids(fleet, "acme") == before


def test_a_rollout_carries_it_out_cell_by_cell(tmp_path: Path, program: Start) -> None:
    fleet = whole(tmp_path)
    cellwright = program(fleet)
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)
    before = {cell: ids(fleet, cell) for cell in ("acme", "globex")}
    divide(fleet)
    cellwright.commit_all()
    assert "goes to db: terraform_data.going" in cellwright.look("status").expect(0).out

    cellwright.run("rollout", "start", "plain", "--yes", "--reason", "split").expect(0)

    for cell, known in before.items():
        assert set(in_state(fleet, f"client/{cell}/app")) == {"kept"}
        assert ids(fleet, cell) == known
    status = cellwright.look("status", "--json").expect(0).document
    assert status["counts"]["up_to_date"] == 4, status


def test_a_declared_move_that_would_make_or_destroy_something_is_not_done(
    tmp_path: Path, program: Start
) -> None:
    fleet = whole(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme", "--yes").expect(0)
    before = ids(fleet, "acme")
    divide(fleet, database=GOING.replace('"a", "b"', '"a"'))
    for words in (("plan", "client/acme"), ("apply", "client/acme", "--yes")):
        refused = " ".join(cellwright.run(*words).expect(1).text.split())
        assert 'terraform_data.going["b"] of client/acme/db would be destroyed' in refused
    assert in_state(fleet, "client/acme/app") == before
    assert not fleet.state("client/acme/db").exists()
    # One of the two alone would destroy them, or make them twice.
    fleet.stack("db", GOING)
    for unit, other in (("client/acme/app", "client/acme/db"), ("client/acme/db", "client/acme/app")):
        refused = " ".join(cellwright.run("apply", unit, "--yes").expect(1).text.split())
        assert f"{other} is not part of this run" in refused
        assert "select both: client/acme" in refused
    assert in_state(fleet, "client/acme/app") == before
    # One that the cell has switched off gets nothing, and nothing is destroyed for that.
    fleet.cell("acme", {"stacks": {"db": {"enabled": False}}})
    refused = " ".join(cellwright.run("apply", "client/acme", "--yes").expect(1).text.split())
    assert "go to client/acme/db, which is switched off here" in refused
    assert in_state(fleet, "client/acme/app") == before
    # Nor is a unit destroyed that still has what another one is to get.
    fleet.cell("acme", {"stacks": {"app": {"enabled": False}}})
    refused = " ".join(cellwright.run("apply", "client/acme", "--destroy", "--yes").expect(1).text.split())
    assert "terraform_data.going of client/acme/app would be destroyed: they go to client/acme/db" in refused
    assert in_state(fleet, "client/acme/app") == before


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"nothing": ["terraform_data.going"]}, "'nothing' is no other stack of level client"),
        ({"app": ["terraform_data"]}, "'terraform_data' is no address of a resource"),
        (
            {"app": ["terraform_data.going.id"]},
            "is no address of a resource: after a resource's name only a key",
        ),
        ({"app": ["module.a.data.b.c"]}, "is no address of a resource: a state keeps nothing of it"),
        ({"app": []}, "'app' can't be an empty list"),
    ],
)
def test_a_declaration_that_can_not_be_meant_is_refused_at_its_place(
    tmp_path: Path, program: Start, declared: object, said: str
) -> None:
    fleet = whole(tmp_path)
    divide(fleet)
    settings = fleet.root / "fleet.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("{app: [terraform_data.going]}", json.dumps(declared)))
    answer = program(fleet).look("check").expect(1)
    assert said in answer.text
    assert "fleet.yaml:" in answer.text


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet of which one client is applied, whose stack is divided."""
    folder = tmp_path_factory.mktemp("declared")
    fleet = whole(folder)
    Program(fleet, folder / "person").run("apply", "client/acme", "--yes").expect(0)
    divide(fleet)
    return folder


STEPS = (
    # What goes on afterwards is that of a move by hand, which test_moved_resources.py kills at each step.
    pytest.param(Moves, "begin", 1, "after", marks=pytest.mark.long),
    (StateMover, "copy", 1, "after"),
    pytest.param(StateMover, "copy", 2, "after", marks=pytest.mark.long),
    (Renaming, "record_split", 1, "after"),
)


@pytest.mark.parametrize(("owner", "name", "call", "moment"), STEPS)
def test_a_declared_move_that_is_killed_goes_on_with_the_run(  # noqa: PLR0917  a step, a moment, and where
    applied: Path, tmp_path: Path, program: Start, owner: object, name: str, call: int, moment: str
) -> None:
    shutil.copytree(applied / "fleet", tmp_path / "fleet", symlinks=True)
    fleet = FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)
    cellwright = program(fleet)
    before = ids(fleet, "acme")
    killed_at(owner, name, moment, lambda: applying(cellwright), call=call)
    assert ids(fleet, "acme") == before

    cellwright.run("resume", "--yes").expect(0)

    assert ids(fleet, "acme") == before
    assert set(in_state(fleet, "client/acme/app")) == {"kept"}
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        assert ledger.moves.open() == ()
        moved = [event for event in ledger.reader.events() if event.action == "resources.moved"]
    assert len(moved) == 2
    assert not (fleet.home / "moves").exists()


def applying(cellwright: Program) -> None:
    """Apply the client in this process."""
    cellwright.look("apply", "client/acme", "--yes")
