"""What a run needs before it is written into the ledger."""

from pathlib import Path

import pytest

from cellwright.app.runs.running import start
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.asked import Asked
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.run import Operation, RunKind, RunUnit
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from unit.app.kit import ADA, APP, NOBODY, install_program, make_fleet, put_under_git

CHOICE = Choice((RunUnit(APP, Operation.APPLY),), Graph({}))


def test_a_stack_that_does_not_allow_the_binary(tmp_path: Path) -> None:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    path = install_program(tmp_path / "bin")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": path}
    with FleetSession(Location(fleet=tmp_path / "fleet", environment=environment)) as session:
        assert start(session.open(writing=True), ADA, RunKind.APPLY, CHOICE, "").id
    versions = tmp_path / "fleet/stack/versions.tf"
    versions.write_text('terraform {\n  required_version = ">= 1.12, < 2"\n}\n')
    with FleetSession(Location(fleet=tmp_path / "fleet", environment=environment)) as session:
        fleet = session.open(writing=True)
        with pytest.raises(DiagnosticError, match=r"stack/versions\.tf:2:3: error: .* '>= 1\.12, < 2'"):
            start(fleet, ADA, RunKind.APPLY, CHOICE, "")
        assert len(fleet.ledger.reader.runs(limit=9)) == 1


def test_programs_that_leave_nothing_out_of_a_plan_are_named_by_the_lines_that_choose_them(
    tmp_path: Path,
) -> None:
    make_fleet(tmp_path / "fleet", acme="terraform: {product: terraform}\n")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    asked = Asked(options=PlanOptions(excludes=("a.b",)))
    said = r"clients/acme\.yaml:1:22: error: Terraform 1\.11\.4, which runs client/acme/app, has no -exclude"
    with FleetSession(Location(fleet=tmp_path / "fleet", environment=environment)) as session:
        fleet = session.open(writing=True)
        for kind in (RunKind.PLAN, RunKind.APPLY):
            with pytest.raises(DiagnosticError, match=said):
                start(fleet, ADA, kind, CHOICE, "", asked=asked)
        assert fleet.ledger.reader.runs(limit=9) == ()


def test_a_run_of_what_is_not_committed_says_so(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    (root / ".gitignore").write_text(".cellwright/\n")
    put_under_git(root)
    for text in ("{}\n", "# by hand\n{}\n"):
        (root / "clients/acme.yaml").write_text(text)
        with FleetSession(Location(fleet=root, environment=environment)) as session:
            fleet = session.open(writing=True)
            start(fleet, ADA, RunKind.APPLY, CHOICE, "", asked=Asked(allow_dirty=True))
            details = [event.detail.get("uncommitted") for event in fleet.ledger.reader.events()]
    assert sorted(details, key=str) == [None, {"files": 1, "first": ["clients/acme.yaml"]}]
