"""Which program ran a unit last and runs it now: the question of `status`, and the answer of `versions`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellwright.api.fleet import status as status_document
from cellwright.api.fleet import versions as versions_document
from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.status.binaries import parse_query
from cellwright.app.status.status import StatusRequest, status
from cellwright.app.status.versions import VersionsRequest, versions
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from unit.app.kit import APP, NOBODY, applied_event, ledger_of, make_fleet, make_run
from unit.app.status.test_status import bind

ACME, BETA, GONE = (UnitAddress("client", name, "app") for name in ("acme", "beta", "gone"))
TERRAFORM, OPENTOFU = BinaryVersion("terraform", "1.11.4"), BinaryVersion("tofu", "1.12.6")
RUN = "20261122-214812-3f9a"


def program(folder: Path, name: str, said: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {said}\n")
    path.chmod(0o755)


@pytest.fixture
def location(tmp_path: Path) -> Location:
    """Two clients: acme on OpenTofu, which Terraform ran last, and beta on Terraform, never applied."""
    root = tmp_path / "fleet"
    root.mkdir()
    made = make_fleet(root, acme="terraform: {binary: tofu}\n", beta="{}\n")
    program(tmp_path / "bin", "terraform", "Terraform v1.11.4")
    program(tmp_path / "bin", "tofu", "OpenTofu v1.12.6")
    bind(root, "trial")
    with ledger_of(root) as ledger:
        parts = tuple(RunUnit(unit, Operation.APPLY) for unit in (ACME, GONE))
        ledger.recorder.start_run(replace(make_run(RUN), units=parts))
        for unit in (ACME, GONE):
            applied = AppliedUnit(
                head=AppliedHead(address=unit, fingerprint="f"),
                source_digest="",
                source_label="",
                backend_digest="",
                inputs={},
                outputs={},
                binary=TERRAFORM,
            )
            ledger.recorder.record_applied(
                applied, UnitResult(unit, Outcome.APPLIED), RUN, applied_event(RUN)
            )
    environment = {
        **NOBODY,
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(tmp_path / "c"),
    }
    return replace(made, environment=environment)


@pytest.mark.parametrize(
    ("applied_with", "runs_with", "found"),
    [
        ("terraform", None, [ACME, GONE]),
        ("terraform < 1.12", "tofu", [ACME]),
        ("tofu", None, []),
        (None, "opentofu >= 1.12", [ACME]),
        (None, "terraform", [BETA]),
        (None, "1.11.4", [BETA]),
        ("~> 1.11.0", None, [ACME, GONE]),
        (None, "tofu > 2", []),
    ],
)
def test_units_are_listed_by_what_ran_them_and_what_runs_them(
    location: Location, applied_with: str | None, runs_with: str | None, found: list[UnitAddress]
) -> None:
    request = StatusRequest(applied_with=applied_with, runs_with=runs_with)
    with FleetSession(location) as session:
        assert [item.address for item in status(session, request).units] == found


def test_the_document_says_both_only_where_they_were_asked_for(location: Location) -> None:
    with FleetSession(location) as session:
        asked: Any = status_document.status(status(session, StatusRequest(runs_with="tofu")))
        plain: Any = status_document.status(status(session, StatusRequest()))
    (unit,), (other, *_) = asked["units"], plain["units"]
    assert unit["applied_with"] == {"product": "terraform", "version": "1.11.4"}
    assert unit["runs_with"] == {"product": "tofu", "version": "1.12.6"}
    assert "runs_with" not in other


@pytest.mark.parametrize("text", ["", "  ", "terragrunt", "tofu x", "tofu >", ">= new"])
def test_what_is_no_program_is_told(text: str) -> None:
    with pytest.raises(DiagnosticError):
        parse_query(text)


def test_versions_groups_units_with_the_same_programs(location: Location) -> None:
    with FleetSession(location) as session:
        found = versions(session, VersionsRequest(selectors=("client/*/app",)))
    document: Any = versions_document.versions(found)
    assert [(group.binaries.last, group.binaries.now, group.units) for group in found.groups] == [
        (TERRAFORM, OPENTOFU, (ACME,)),
        (None, TERRAFORM, (BETA,)),
    ]
    assert list(document["groups"])[1] == {
        "applied_with": None,
        "runs_with": {"product": "terraform", "version": "1.11.4"},
        "units": ["client/beta/app"],
    }


def test_a_program_that_is_not_here_has_no_version(location: Location) -> None:
    with FleetSession(replace(location, environment=NOBODY)) as session:
        (group, *_) = versions(session, VersionsRequest(selectors=(str(ACME),))).groups
    assert group.binaries.now == BinaryVersion("tofu", "")


def test_show_says_what_is_chosen_and_what_ran_last(location: Location) -> None:
    with FleetSession(location) as session:
        (unit,) = show(session, ShowRequest(selectors=(str(APP),))).units
    assert (unit.binary.name, unit.last_binary) == ("tofu", TERRAFORM)
