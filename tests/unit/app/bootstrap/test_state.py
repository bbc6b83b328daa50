"""The bucket of the states: whose its name is, and what there is to do; applied in tests/e2e/bootstrap."""

from pathlib import Path

import pytest

from cellwright.app.bootstrap.cloud import BucketStanding
from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.state import StateBucket, proposal
from cellwright.model.diagnostic import DiagnosticError
from unit.app.bootstrap.kit import FLEET, MadeUpCloud, make_site

NAME = "trial-state-111111111111"


def test_a_name_that_somebody_else_has_is_refused_with_another_one(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(buckets={"states": BucketStanding.TAKEN}))
    request = BootstrapRequest(until="state", answers={"state.bucket": "states"})
    with pytest.raises(DiagnosticError) as failure:
        bootstrap(site, request)
    (finding,) = failure.value.diagnostics
    assert "'states' is taken by somebody else" in finding.summary
    assert f"--set state.bucket={NAME}" in finding.detail
    assert "backend: local" in (tmp_path / "fleet.yaml").read_text()
    failed = [
        item for item in site.session.ledger().reader.events() if item.action == "bootstrap.step_failed"
    ]
    assert [item.subject for item in failed] == ["bootstrap/state"]


def test_where_the_proposal_is_taken_too_the_region_is_added(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(buckets={NAME: BucketStanding.TAKEN}))
    with pytest.raises(DiagnosticError, match=f"state.bucket={NAME}-us-east-1"):
        bootstrap(site, BootstrapRequest(until="state"))


def test_states_that_lie_elsewhere_stay_there(tmp_path: Path) -> None:
    elsewhere = FLEET.replace("backend: local", "backend: s3\n  config: {bucket: mine, region: us-east-1}")
    site = make_site(tmp_path, files={"fleet.yaml": elsewhere})
    *_, report = bootstrap(site, BootstrapRequest(until="state"))
    assert report.look.standing is Standing.UNWANTED
    assert "s3 mine" in report.look.says[0]


def test_before_anything_was_applied_its_own_state_is_what_will_be_moved(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    bootstrap(site, BootstrapRequest(until="accounts", answers={"state.bucket": NAME}))
    found = StateBucket().look(site)
    assert found.standing is Standing.TO_DO
    assert found.says[-1].endswith("bootstrap/tools/state")


def test_the_proposal_holds_the_accounts_number(tmp_path: Path) -> None:
    assert proposal(make_site(tmp_path)) == NAME


def test_a_bucket_of_ours_that_no_state_knows_is_not_taken_over(tmp_path: Path) -> None:
    cloud = MadeUpCloud(buckets={NAME: BucketStanding.OURS})
    with pytest.raises(DiagnosticError, match="no state here knows it") as failure:
        bootstrap(make_site(tmp_path, cloud), BootstrapRequest(until="state"))
    assert f"aws s3api delete-bucket --bucket {NAME}" in failure.value.diagnostics[0].detail


def test_a_bucket_that_was_made_before_a_kill_is_our_own(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(buckets={NAME: BucketStanding.OURS}))
    state = site.session.home.states / "bootstrap/tools/state.tfstate"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    bootstrap(site, BootstrapRequest(until="accounts", answers={"state.bucket": NAME}))
    found = StateBucket().look(site)
    assert (found.standing, list(found.findings)) == (Standing.TO_DO, [])
