"""Pipelines are written into the repository, kept up to date, and never written over a change by hand."""

from pathlib import Path

import pytest
import yaml

from cellwright.app.pipelines.writing import PipelinesRequest, WrittenPipelines, write_pipelines
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ci.facts import System
from cellwright.ci.mark import Standing, marked
from cellwright.ci.pipelines import jenkins_files
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY

FLEET = """\
fleet: trial
state: {backend: s3, config: {bucket: b, region: us-east-1, key: "${unit.address}"}}
artifacts: {url: s3://b/artifacts}
levels:
  - name: base
    cells: accounts
    stacks: {net: {source: ./net}}
  - name: client
    cells: clients
    placement: account
    layers: ["tiers/${cell.tier}.yaml"]
    stacks: {app: {source: ./net}}
"""
CI = """\
ci:
  region: us-east-1
  roles: {plan: "arn:aws:iam::111122223333:role/plan", apply: "arn:aws:iam::111122223333:role/apply"}
  secrets: {CELLWRIGHT_LEDGER: trial/ledger, CELLWRIGHT_KEY: trial/key}
"""
GITLAB = ".gitlab/cellwright-trial.yml"


def make(repository: Path, folder: str = ".", settings: str = FLEET + CI) -> Path:
    """Write a fleet in a folder of a repository."""
    (repository / ".git").mkdir(parents=True)
    root = repository / folder
    files = {
        "fleet.yaml": settings,
        "net/main.tf": "",
        "accounts/use1.yaml": "{}",
        "accounts/euw1.yaml": "{}",
        "tiers/gold.yaml": "{}",
        "tiers/odd ${{ name }}.yaml": "{}",
        "clients/acme.yaml": "{account: use1, tier: gold}",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def write(
    root: Path, system: System = System.GITHUB, *, dry_run: bool = False, force: bool = False
) -> WrittenPipelines:
    with FleetSession(Location(fleet=root, ledger=None, relay=None, environment=NOBODY)) as session:
        return write_pipelines(session, PipelinesRequest(system=system, dry_run=dry_run, force=force))


def standings(written: WrittenPipelines) -> set[Standing]:
    return {item.standing for item in written.files}


@pytest.mark.parametrize("folder", [".", "fleets/trial"])
def test_files_are_written_once_and_updated_when_the_settings_change(tmp_path: Path, folder: str) -> None:
    root = make(tmp_path, folder)
    written = write(root)
    assert standings(written) == {Standing.NEW}
    assert not written.findings
    for item in written.files:
        workflow = yaml.safe_load((tmp_path / item.path).read_text())
        for job in workflow["jobs"].values():
            assert job["defaults"]["run"].get("working-directory", folder) == folder
    assert standings(write(root)) == {Standing.UNCHANGED}
    (root / "fleet.yaml").write_text(FLEET + CI + "  branch: trunk\n")
    changed = write(root)
    assert {item.path.rpartition("-")[2] for item in changed.files if item.standing is Standing.UPDATED} == {
        "request.yml",
        "apply.yml",
        "onboard.yml",
    }
    assert "trunk" in (tmp_path / ".github/workflows/cellwright-trial-apply.yml").read_text()


def test_a_change_by_hand_stays_until_it_is_given_up(tmp_path: Path) -> None:
    root = make(tmp_path)
    write(root)
    file = tmp_path / ".github/workflows/cellwright-trial-drift.yml"
    by_hand = file.read_text().replace("17 3", "0 6")
    file.write_text(by_hand)
    kept = write(root)
    assert [item.path for item in kept.kept] == [".github/workflows/cellwright-trial-drift.yml"]
    assert '-    - cron: "0 6 * * *"' in kept.kept[0].difference
    assert file.read_text() == by_hand
    assert not write(root, dry_run=True, force=True).kept
    assert file.read_text() == by_hand
    assert not write(root, force=True).kept
    assert "17 3" in file.read_text()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    root = make(tmp_path)
    assert standings(write(root, dry_run=True)) == {Standing.NEW}
    assert not (tmp_path / ".github").exists()


def test_the_form_offers_what_can_be_named_in_a_pipeline(tmp_path: Path) -> None:
    write(make(tmp_path))
    file = tmp_path / ".github/workflows/cellwright-trial-onboard.yml"
    inputs = yaml.load(file.read_text(), Loader=yaml.BaseLoader)["on"]["workflow_dispatch"]["inputs"]  # noqa: S506  texts only
    assert inputs["account"]["options"] == ["euw1", "use1"]
    assert inputs["tier"]["options"] == ["gold"]
    assert list(inputs) == ["name", "account", "tier", "more", "reason"]


def test_a_pipeline_of_gitlab_that_is_there_is_never_changed(tmp_path: Path) -> None:
    root = make(tmp_path)
    first = write(root, System.GITLAB)
    assert [item.path for item in first.files] == [GITLAB, ".gitlab-ci.yml"]
    assert standings(write(root, System.GITLAB)) == {Standing.UNCHANGED}
    own = tmp_path / ".gitlab-ci.yml"
    own.write_text("build: {script: [make]}\n")
    for force in (False, True):
        second = write(root, System.GITLAB, force=force)
        assert [item.path for item in second.files] == [GITLAB]
        assert "does not include the fleet's jobs" in second.findings[0].summary
        assert own.read_text() == "build: {script: [make]}\n"
    own.write_text(f"include: [{{local: /{GITLAB}}}]\n")
    assert not write(root, System.GITLAB).findings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (FLEET, "doesn't say who a pipeline's jobs are"),
        (FLEET.replace("artifacts:", "webhooks: {} #") + CI, "no place where one job keeps plans"),
        (FLEET + CI.replace("us-east-1", "here"), "'region' can't be 'here'"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(tmp_path: Path, settings: str, said: str) -> None:
    root = make(tmp_path, settings=settings)
    with pytest.raises(DiagnosticError) as refused:
        write(root)
    assert said in str(refused.value)
    assert not (tmp_path / ".github").exists()


def test_a_fleet_outside_git_is_refused(tmp_path: Path) -> None:
    root = make(tmp_path)
    (tmp_path / ".git").rmdir()
    with pytest.raises(DiagnosticError, match="in no git repository"):
        write(root)


def test_nothing_is_written_by_way_of_a_link_that_leads_out(tmp_path: Path) -> None:
    root, outside = make(tmp_path / "repository"), tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "repository" / ".github").symlink_to(outside)
    with pytest.raises(DiagnosticError, match="leads out of the repository"):
        write(root)
    assert not list(outside.iterdir())


def test_a_folder_that_can_t_be_written_is_said(tmp_path: Path) -> None:
    root = make(tmp_path)
    (tmp_path / ".github").touch()
    with pytest.raises(DiagnosticError, match="can't be"):
        write(root)


def test_what_else_jobs_need_is_a_warning(tmp_path: Path) -> None:
    settings = FLEET.replace(
        'state: {backend: s3, config: {bucket: b, region: us-east-1, key: "${unit.address}"}}\n', ""
    )
    found = write(make(tmp_path, settings=settings + CI.replace(", CELLWRIGHT_KEY: trial/key", ""))).findings
    assert [item.summary for item in found] == [
        "jobs are not given CELLWRIGHT_KEY",
        "states are kept on the machine that applies: the next job would not find them",
    ]


def test_the_files_for_jenkins_lie_beside_the_fleet_as_they_ship(tmp_path: Path) -> None:
    root = make(tmp_path, "fleets/trial", FLEET)
    written = write(root, System.JENKINS)
    assert standings(written) == {Standing.NEW}
    paths = [item.path for item in written.files]
    assert "fleets/trial/ci/jenkins/vars/cellwrightOnboard.groovy" in paths
    for item in jenkins_files():
        text = (root / item.path).read_text()
        assert text.startswith(item.text)
        assert text == marked(item.path, item.text)
    assert standings(write(root, System.JENKINS)) == {Standing.UNCHANGED}
    file = tmp_path / paths[0]
    file.write_text(file.read_text().replace("c", "C", 1))
    assert [item.path for item in write(root, System.JENKINS).kept] == [paths[0]]
