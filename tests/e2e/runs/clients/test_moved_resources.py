"""A stack is split in two: its resources go to the other unit's state, and none is made or destroyed."""

import json
import os
import shlex
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import binaries
from cellwright.app.moves import resources as use_case
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.moves import Moves
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.write.renaming import Renaming
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.bucket import NAME, SETTINGS, keys_in, make_bucket
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.killing import killed_at
from e2e.kit.program import Program

KEPT = 'resource "terraform_data" "kept" { input = "k" }\noutput "kept" { value = terraform_data.kept.id }\n'
GOING = """
resource "terraform_data" "going" {
  for_each = toset(["a", "b"])
  input    = each.key
}
"""
WORDS = ("move", "client/*/app", "db", "terraform_data.going")
REQUEST = use_case.MoveRequest(
    selectors=["client/acme/app"], stack="db", addresses=["terraform_data.going"], reason="split"
)


def whole(folder: Path) -> FleetFolder:
    fleet = make_fleet(folder, {"app": {"source": "./stacks/app"}}, {"acme": {}, "globex": {}})
    fleet.stack("app", KEPT + GOING)
    return fleet


def divide(fleet: FleetFolder) -> None:
    """Write what a platform engineer writes: the stack without, and the other one with the resources."""
    fleet.stack("app", KEPT)
    fleet.stack("db", GOING)
    settings = fleet.root / "fleet.yaml"
    settings.write_text(
        settings.read_text().replace(
            "source: ./stacks/app", "source: ./stacks/app\n    db:\n      source: ./stacks/db"
        )
    )


def in_state(fleet: FleetFolder, unit: str) -> dict[str, str]:
    """The resources of a unit's state with their ids."""
    path = fleet.state(unit)
    return ids_in(json.loads(path.read_text()) if path.exists() else {"resources": []})


def ids_in(state: Any) -> dict[str, str]:  # noqa: ANN401  a state
    return {
        f"{resource['name']}{instance.get('index_key', '')}": instance["attributes"]["id"]
        for resource in state["resources"]
        for instance in resource["instances"]
    }


def test_a_stack_is_split_for_every_client(tmp_path: Path, program: Start) -> None:
    fleet = whole(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    before = in_state(fleet, "client/acme/app")
    refused = cellwright.run(*WORDS, "--yes").expect(1).text
    assert "client/acme/db is no other unit that is switched on" in refused
    divide(fleet)
    fleet.stack("db", GOING.replace('"a", "b"', '"a", "other"'))
    refused = cellwright.run(*WORDS, "--yes").expect(1).text
    assert 'afterwards terraform_data.going["b"] of client/acme/db would be destroyed' in refused
    assert in_state(fleet, "client/acme/app") == before
    fleet.stack("db", GOING)

    shown = cellwright.run(*WORDS, "--dry-run").expect(0).out
    assert 'terraform_data.going["a"]' in shown
    cellwright.run(*WORDS, "--yes", "--reason", "split").expect(0)

    for cell in ("acme", "globex"):
        assert set(in_state(fleet, f"client/{cell}/app")) == {"kept"}
        assert set(in_state(fleet, f"client/{cell}/db")) == {"goinga", "goingb"}
    assert {**in_state(fleet, "client/acme/app"), **in_state(fleet, "client/acme/db")} == before
    applied = cellwright.run("apply", "--yes", "--json").expect(0)
    assert set(applied.outcomes.values()) == {"unchanged"}
    assert {**in_state(fleet, "client/acme/app"), **in_state(fleet, "client/acme/db")} == before
    status = cellwright.look("status", "--json").expect(0).document
    assert status["counts"]["up_to_date"] == 4
    assert "resources.moved" in cellwright.look("events", "--subject", "client/acme/db").expect(0).out
    assert (
        "the state has no terraform_data.nothing"
        in cellwright.run("move", "client/acme/app", "db", "terraform_data.nothing").expect(1).text
    )


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet of which everything is applied, whose stack is divided."""
    folder = tmp_path_factory.mktemp("applied")
    fleet = whole(folder)
    Program(fleet, folder / "person").run("apply", "client/acme", "--yes").expect(0)
    divide(fleet)
    return folder


def test_a_plan_that_destroys_says_what_another_stack_declares(
    applied: Path, tmp_path: Path, program: Start
) -> None:
    """Where `moved_from` was forgotten, or resources are moved by hand for other cells only."""
    shutil.copytree(applied / "fleet", tmp_path / "fleet", symlinks=True)
    fleet = FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)
    cellwright = program(fleet)
    said = " ".join(cellwright.run("plan", "client/acme/app").expect(0).text.split())
    assert "terraform_data.going of client/acme/app would be destroyed, and client/acme/db, which is" in said
    assert "at the stack db: `moved_from: {app: [terraform_data.going]}`" in said
    fleet.stack("db", "")
    assert "moved_from" not in cellwright.run("plan", "client/acme/app").expect(0).text


STEPS: tuple[tuple[object, str, int, str], ...] = (
    (Moves, "begin", 1, "before"),
    (Moves, "begin", 1, "after"),
    (StateMover, "copy", 1, "after"),
    (StateMover, "copy", 2, "before"),
    (StateMover, "copy", 2, "after"),
    (Renaming, "record_split", 1, "before"),
    (Renaming, "record_split", 1, "after"),
)
# Before one step is after the last one: the short tests need one of both.
EACH_STEP = [pytest.param(*step, marks=pytest.mark.long if step[-1] == "before" else ()) for step in STEPS]


@pytest.mark.parametrize(("owner", "name", "call", "moment"), EACH_STEP)
def test_a_move_that_is_killed_at_any_step_goes_on(  # noqa: PLR0917  a step, a moment, and where
    applied: Path, tmp_path: Path, program: Start, owner: object, name: str, call: int, moment: str
) -> None:
    shutil.copytree(applied / "fleet", tmp_path / "fleet", symlinks=True)
    fleet = FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)
    cellwright = program(fleet)
    before = in_state(fleet, "client/acme/app")
    killed_at(owner, name, moment, lambda: moved(cellwright), call=call)
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        begun = ledger.moves.open()
    assert {*in_state(fleet, "client/acme/app"), *in_state(fleet, "client/acme/db")} == before.keys()
    if begun:
        answer = cellwright.run("apply", "client/acme", "--yes", "--json")
        assert set(answer.outcomes.values()) <= {"blocked", "skipped"}, answer.text
    moved(cellwright)
    assert set(in_state(fleet, "client/acme/app")) == {"kept"}
    assert {**in_state(fleet, "client/acme/app"), **in_state(fleet, "client/acme/db")} == before
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        assert ledger.moves.open() == ()
        heads = {str(head.address): head.state for head in ledger.reader.heads().values()}
    for unit, mark in heads.items():
        state = json.loads(fleet.state(unit).read_text())
        assert mark is not None
        assert (state["lineage"], state["serial"]) == (mark.lineage, mark.serial)


def test_another_move_does_not_end_one_that_was_killed(applied: Path, tmp_path: Path, program: Start) -> None:
    shutil.copytree(applied / "fleet", tmp_path / "fleet", symlinks=True)
    fleet = FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)
    cellwright = program(fleet)
    fleet.stack("db", "")  # on record, so that resources can be taken from it
    cellwright.run("apply", "client/acme/db", "--yes").expect(0)
    fleet.stack("db", GOING)
    before = in_state(fleet, "client/acme/app")
    killed_at(StateMover, "copy", "after", lambda: moved(cellwright), call=1)
    in_both = {"goinga", "goingb"}
    others = (
        replace(REQUEST, addresses=['terraform_data.going["a"]']),
        replace(REQUEST, addresses=["terraform_data.kept"]),
        replace(REQUEST, selectors=["client/acme/db"], stack="app"),
    )
    for other in others:
        with pytest.raises(DiagnosticError) as refused:
            moved(cellwright, other)
        said = refused.value.diagnostics[0].summary
        assert "resources of client/acme/app are going to client/acme/db since" in said
        command = said.partition("let that end: ")[2]
        assert shlex.split(command)[:4] == ["cellwright", "move", "client/acme/app", "db"]
        assert shlex.split(command)[4:] == ['terraform_data.going["a"]', 'terraform_data.going["b"]']
        assert set(in_state(fleet, "client/acme/db")) == in_both
        assert in_state(fleet, "client/acme/app") == before

    moved(cellwright, replace(REQUEST, addresses=shlex.split(command)[4:]))

    assert set(in_state(fleet, "client/acme/app")) == {"kept"}
    assert {**in_state(fleet, "client/acme/app"), **in_state(fleet, "client/acme/db")} == before


@pytest.mark.aws
@pytest.mark.long
@pytest.mark.parametrize("binary", binaries.BOTH)
def test_a_move_in_a_bucket_that_is_killed_at_any_step_goes_on(
    tmp_path: Path, program: Start, monkeypatch: pytest.MonkeyPatch, binary: str
) -> None:
    for key, value in binaries.machine_with(binary, tmp_path / "machine").items():
        monkeypatch.setenv(key, value)
    with start_sandbox(tmp_path, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        cells = {f"c{number}": step for number, step in enumerate(STEPS)}
        fleet = make_fleet(
            tmp_path,
            {"app": {"source": "./stacks/app"}},
            {name: {} for name in cells},
            state={"backend": "s3", "config": SETTINGS},
        )
        fleet.stack("app", KEPT + GOING)
        cellwright = Program(fleet, program(fleet).person, sandbox.environment)
        cellwright.run("apply", "--yes").expect(0)
        before = {cell: in_bucket(bucket, f"client/{cell}/app") for cell in cells}
        divide(fleet)
        for cell, (owner, name, call, moment) in cells.items():
            request = replace(REQUEST, selectors=[f"client/{cell}/app"])
            killed_at(owner, name, moment, partial(moved, cellwright, request), call=call)
            app, db = (in_bucket(bucket, f"client/{cell}/{stack}") for stack in ("app", "db"))
            assert {*app, *db} == before[cell].keys()
            moved(cellwright, request)
            app, db = (in_bucket(bucket, f"client/{cell}/{stack}") for stack in ("app", "db"))
            assert set(app) == {"kept"}
            assert {**app, **db} == before[cell]
        applied = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
        assert set(applied.outcomes.values()) == {"unchanged"}


def in_bucket(bucket: Any, unit: str) -> dict[str, str]:  # noqa: ANN401  boto3 ships no types
    """The resources of a unit's state in the bucket with their ids."""
    key = f"{unit}.tfstate"
    if key not in keys_in(bucket):
        return {}
    return ids_in(json.loads(bucket.get_object(Bucket=NAME, Key=key)["Body"].read()))


def moved(cellwright: Program, request: use_case.MoveRequest = REQUEST) -> None:
    location = Location(fleet=cellwright.fleet.root, environment=cellwright.clean())
    with FleetSession(location) as session:
        use_case.move_resources(session, Actor("ada", "test"), request)
