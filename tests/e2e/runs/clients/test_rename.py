"""A cell gets another name: its states are moved, and nothing is made or destroyed for it."""

import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from cellwright.app.moves import rename as use_case
from cellwright.app.moves import rename_steps
from cellwright.app.moves.rename_values import RenameRequest
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

PLAIN = """
variable "name" { type = string }
variable "secret" {
  type      = string
  sensitive = true
}
resource "terraform_data" "tags" { input = var.name }
resource "terraform_data" "named" {
  input            = sha1(var.secret)
  triggers_replace = [var.name]
}
output "hidden" {
  value     = "of ${var.secret}"
  sensitive = true
}
"""
TAKER = """
variable "secret" {
  type      = string
  sensitive = true
}
resource "terraform_data" "this" { input = sha1(var.secret) }
"""
PINNED = {"stacks": {"plain": {"name": "acme"}}}
REQUEST = RenameRequest(cell="client/acme", new="beta", reason="bought")


def fleet_of(folder: Path, settings: dict[str, Any], **more: Any) -> FleetFolder:  # noqa: ANN401  of fleet.yaml
    """A client with a stack, and one that takes a secret of it."""
    sources = {name: {"source": f"./stacks/{name}"} for name in ("plain", "taker")}
    fleet = make_fleet(folder, sources, {"acme": settings, "globex": {}}, **more)
    fleet.stack("plain", PLAIN)
    fleet.stack("taker", TAKER)
    given = {
        "plain": {"name": "${cell.name}", "secret": "hush-hush"},
        "taker": {"secret": "${output.plain.hidden}"},
    }
    fleet.write("defaults.yaml", {"stacks": given})
    fleet.write(".gitignore", ".cellwright/\n")
    return fleet


def lineages(fleet: FleetFolder) -> dict[str, str]:
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        heads = ledger.reader.heads().values()
    return {str(head.address): head.state.lineage for head in heads if head.state}


def test_a_renamed_client_keeps_all_that_it_has(tmp_path: Path, program: Start) -> None:
    fleet = fleet_of(tmp_path, PINNED)
    fleet.write(
        "clients/globex.yaml",
        "# as client/acme\nstacks: {taker: {secret: '${output.client/acme/plain.hidden}'}}\n",
    )
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    cellwright.commit_all()
    before = lineages(fleet)

    shown = cellwright.run("rename", "client/acme", "beta", "--dry-run").expect(0).out
    assert "clients/acme.yaml    ->  clients/beta.yaml" in shown
    assert "Nothing: every unit is as its settings say." in shown
    assert lineages(fleet) == before

    cellwright.run("rename", "client/acme", "beta", "--yes", "--reason", "bought").expect(0)

    assert lineages(fleet) == {name.replace("acme", "beta"): mark for name, mark in before.items()}
    assert not fleet.state("client/acme/plain").parent.exists()
    assert (
        (fleet.root / "clients/globex.yaml")
        .read_text()
        .startswith("# as client/acme\nstacks: {taker: {secret: '${output.client/beta/")
    )
    assert cellwright.git("status", "--porcelain") == ""
    assert "Rename client/acme to client/beta\n\nbought" in cellwright.git("log", "-1", "--format=%B")
    # The name alone makes no unit a changed one, its secrets' digests included.
    status = cellwright.look("status", "--json").expect(0).document
    assert status["counts"]["up_to_date"] == 4, status
    again = cellwright.run("apply", "--all", "--yes", "--json").expect(0)
    assert set(again.outcomes.values()) == {"unchanged"}
    told = cellwright.look("events", "--subject", "client/acme").expect(0).out
    assert "cell.renamed" in told
    assert "unit.renamed" in told
    # A clone that has not pulled makes nothing anew, and destroys nothing.
    cellwright.git("checkout", "--quiet", "HEAD~1")
    refused = cellwright.run("apply", "client/acme", "--yes").expect(1).text
    assert "client/acme was renamed, and is still among this fleet's files" in refused
    refused = cellwright.run("apply", "client/beta/taker", "--destroy", "--yes").expect(1).text
    assert "it was client/acme, which these files still have" in refused


def test_what_would_be_replaced_is_refused_with_what_keeps_it(tmp_path: Path, program: Start) -> None:
    fleet = fleet_of(tmp_path, {})
    cellwright = program(fleet)
    cellwright.run("apply", "client/acme", "--yes").expect(0)

    refused = cellwright.run("rename", "client/acme", "beta", "--yes").expect(1).text

    assert "the new name would replace terraform_data.named of client/beta/plain" in refused
    assert 'stacks: {plain: {name: "acme"}}' in refused
    assert set(lineages(fleet)) == {"client/acme/plain", "client/acme/taker"}
    assert (fleet.root / "clients/acme.yaml").exists()
    cellwright.run("rename", "client/acme", "beta", "--yes", "--allow-replace").expect(0)
    assert set(lineages(fleet)) == {"client/beta/plain", "client/beta/taker"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("client/nobody", "beta"), "there is no cell 'client/nobody'"),
        (("client/acme", "globex"), "there is a cell 'globex' already"),
        (("client/acme", "Beta"), "'Beta' can't name a cell"),
        (("client/acme", "base/beta"), "client/acme can't go to another level"),
        (("acme", "beta"), "'acme' is not of the form level/cell"),
    ],
)
def test_a_name_that_can_not_be_is_refused(
    tmp_path: Path, program: Start, words: tuple[str, ...], said: str
) -> None:
    fleet = fleet_of(tmp_path, {})
    answer = program(fleet).look("rename", *words, "--yes").expect(1)
    assert said in answer.text
    assert (fleet.root / "clients/acme.yaml").exists()


@pytest.mark.aws
def test_a_state_in_a_bucket_is_moved_with_its_lineage(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        fleet = fleet_of(tmp_path, PINNED, state={"backend": "s3", "config": SETTINGS})
        plain = program(fleet)
        cellwright = Program(fleet, plain.person, sandbox.environment)
        cellwright.run("apply", "client/acme", "--yes").expect(0)
        before = lineages(fleet)

        cellwright.run("rename", "client/acme", "beta", "--yes").expect(0)

        assert keys_in(bucket) == ["client/beta/plain.tfstate", "client/beta/taker.tfstate"]
        assert lineages(fleet) == {name.replace("acme", "beta"): mark for name, mark in before.items()}
        again = cellwright.run("apply", "client/beta", "--all", "--yes", "--json").expect(0)
        assert set(again.outcomes.values()) == {"unchanged"}
        # Somebody else's state at the new place is never written over, and not taken away.
        bucket.put_object(Bucket=NAME, Key="client/gamma/plain.tfstate", Body=OTHER)
        refused = cellwright.run("rename", "client/beta", "gamma", "--yes").expect(1).text
        assert "there is another state already" in refused
        assert "client/gamma/plain.tfstate" in keys_in(bucket)
        assert (fleet.root / "clients/beta.yaml").exists()
        cellwright.run("apply", "client/beta", "--all", "--yes").expect(0)


OTHER = (
    b'{"version": 4, "terraform_version": "1.11.0", "serial": 3, "lineage": "another", "outputs":'
    b' {"a": {"value": "b", "type": "string"}}, "resources": [], "check_results": null}\n'
)

STEPS: tuple[tuple[str, object, str], ...] = (
    ("on record", Moves, "begin"),
    ("a state copied", StateMover, "copy"),
    ("a file written", rename_steps, "save_text"),
    ("committed", rename_steps, "commit"),
    ("recorded", Renaming, "record"),
    ("a copy removed", StateMover, "remove"),
    ("ended", Moves, "end"),
)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet under git of which everything is applied."""
    folder = tmp_path_factory.mktemp("applied")
    fleet = fleet_of(folder, PINNED)
    cellwright = Program(fleet, folder / "person")
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)
    return folder


# Before one step is after the last one: the short tests need one of both.
@pytest.mark.parametrize("moment", [pytest.param("before", marks=pytest.mark.long), "after"])
@pytest.mark.parametrize(("_step", "owner", "name"), STEPS, ids=[step[0] for step in STEPS])
def test_a_rename_that_is_killed_at_any_step_goes_on(
    applied: Path, tmp_path: Path, program: Start, _step: str, owner: object, name: str, moment: str
) -> None:
    shutil.copytree(applied / "fleet", tmp_path / "fleet", symlinks=True)
    fleet = FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)
    cellwright = program(fleet)
    before = lineages(fleet)
    killed_at(owner, name, moment, lambda: renamed(cellwright))
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        begun = ledger.moves.open()
    # Nobody makes anything anew meanwhile, whatever the files say by now.
    if begun and begun[0].phase.value == "moving":
        answer = cellwright.run("apply", "--yes", "--allow-dirty", "--json")
        assert set(answer.outcomes.values()) <= {"blocked", "skipped"}, answer.text
    if begun or (name, moment) == ("begin", "before"):
        renamed(cellwright)
    with pytest.raises(DiagnosticError, match="was renamed already"):
        renamed(cellwright)
    assert lineages(fleet) == {key.replace("acme", "beta"): mark for key, mark in before.items()}
    assert not list((fleet.home / "states/client").glob("acme/*"))
    assert not (fleet.home / "moves").exists()
    assert sorted(path.name for path in (fleet.root / "clients").iterdir()) == ["beta.yaml", "globex.yaml"]
    assert cellwright.git("status", "--porcelain") == ""
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        assert ledger.moves.open() == ()
        events = [event.action for event in ledger.reader.events() if event.subject == "client/acme"]
    assert events.count("cell.renamed") == 1


@pytest.mark.aws
@pytest.mark.long
def test_a_rename_in_a_bucket_that_is_killed_at_any_step_goes_on(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        fleet = fleet_of(tmp_path, PINNED, state={"backend": "s3", "config": SETTINGS})
        cellwright = Program(fleet, program(fleet).person, sandbox.environment)
        cellwright.commit_all()
        cellwright.run("apply", "client/acme", "--yes").expect(0)
        marks, name = set(lineages(fleet).values()), "acme"
        moments = [(*step, moment) for step in STEPS for moment in ("before", "after")]
        for number, (_step, owner, called, moment) in enumerate(moments):
            request = RenameRequest(cell=f"client/{name}", new=f"c{number}", reason="bought")
            killed_at(owner, called, moment, partial(renamed, cellwright, request))
            with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
                begun = ledger.moves.open()
            if begun or (called, moment) == ("begin", "before"):
                renamed(cellwright, request)
            name = request.new
            assert keys_in(bucket) == [f"client/{name}/plain.tfstate", f"client/{name}/taker.tfstate"]
            assert set(lineages(fleet)) == {f"client/{name}/plain", f"client/{name}/taker"}
            assert set(lineages(fleet).values()) == marks
            assert not (fleet.home / "moves").exists()
        again = cellwright.run("apply", f"client/{name}", "--all", "--yes", "--json").expect(0)
        assert set(again.outcomes.values()) == {"unchanged"}


def renamed(cellwright: Program, request: RenameRequest = REQUEST) -> None:
    location = Location(fleet=cellwright.fleet.root, environment=cellwright.clean())
    with FleetSession(location) as session:
        use_case.rename(session, Actor("ada", "test"), request)


def test_clients_whose_states_lie_below_an_account_s_name_are_named_before_it_is_renamed(
    tmp_path: Path, program: Start
) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {"account": "prod"}})
    settings = yaml.safe_load((fleet.root / "fleet.yaml").read_text())
    level = next(item for item in settings["levels"] if item["name"] == "client")
    level["placement"] = "account"
    settings["levels"].insert(0, {"name": "account", "cells": "accounts", "stacks": {}})
    states = tmp_path / "states"
    path = f"{states}/${{cell.account}}/${{cell.name}}.tfstate"
    settings["state"] = {"backend": "local", "config": {"path": path}}
    fleet.write("fleet.yaml", settings)
    fleet.write("accounts/prod.yaml", {})
    fleet.write(".gitignore", ".cellwright/\n")
    cellwright = program(fleet)
    cellwright.commit_all()
    cellwright.run("apply", "client/acme", "--yes").expect(0)

    told = cellwright.run("rename", "account/prod", "live", "--dry-run").expect(0).out

    assert "hold the name: client/acme" in " ".join(told.split())
    assert "cellwright apply client/acme --move-state" in " ".join(told.split())
    cellwright.run("rename", "account/prod", "live", "--yes").expect(0)
    cellwright.run("apply", "client/acme", "--yes", "--move-state").expect(0)
    assert (states / "live/acme.tfstate").exists()
