"""Who may take the pipeline's roles, and the deployers."""

from pathlib import Path

import pytest
import yaml

from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.pipeline import PipelineRoles, trust
from cellwright.model.diagnostic import DiagnosticError
from unit.app.bootstrap.kit import FLEET, OWN, make_site

ANSWERS = f'region: us-east-1\naccount_id: "{OWN}"\nci: '
ACCOUNT = f'region: us-east-1\naccount_id: "{OWN}"\ndeployer: null\n'
OTHER = 'region: us-east-1\naccount_id: "222222222222"\ndeployer: null\n'
WITH_CI = FLEET.replace(
    "    stacks:\n      state:", "    stacks:\n      ci: {source: ./stack, enabled: false}\n      state:"
)


def site_with(root: Path, ci: str, defaults: str = "{}\n") -> Site:
    return make_site(
        root,
        files={
            "fleet.yaml": WITH_CI,
            "bootstrap/tools.yaml": f"{ANSWERS}{ci}\n",
            "accounts/tools.yaml": ACCOUNT,
            "accounts/prod.yaml": OTHER,
            "defaults/base.yaml": defaults,
        },
    )


@pytest.fixture(name="applied")
def applied_fixture(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def bring_up(_site: Site, *selectors: str) -> bool:
        found.extend(selectors)
        return True

    monkeypatch.setattr(Site, "bring_up", bring_up)
    return found


def test_github_s_jobs_are_named_in_full(tmp_path: Path, applied: list[str]) -> None:
    site = site_with(tmp_path, "{kind: github, repository: medloop/fleet, environment: production}")
    assert "repo:medloop/fleet:environment:production" in " ".join(PipelineRoles().look(site).says)
    PipelineRoles().act(site)
    written = yaml.safe_load((tmp_path / "bootstrap/tools.yaml").read_text())["stacks"]["ci"]
    assert written["oidc"] == {
        "issuer": "https://token.actions.githubusercontent.com",
        "audience": "sts.amazonaws.com",
        "apply_subjects": ["repo:medloop/fleet:environment:production"],
        "plan_subjects": ["repo:medloop/fleet:pull_request"],
    }
    assert "arn:aws:iam::222222222222:role/prod-deployer" in written["deployer_role_arns"]
    assert applied == ["bootstrap/tools/ci"]


def test_gitlab_s_jobs_are_those_of_a_protected_branch(tmp_path: Path, applied: list[str]) -> None:
    site = site_with(
        tmp_path, "{kind: gitlab, repository: medloop/fleet, branch: main, issuer: https://git.example.com}"
    )
    PipelineRoles().act(site)
    written = yaml.safe_load((tmp_path / "bootstrap/tools.yaml").read_text())["stacks"]["ci"]["oidc"]
    assert written["apply_subjects"] == ["project_path:medloop/fleet:ref_type:branch:ref:main"]
    assert written["audience"] == written["issuer"] == "https://git.example.com"
    assert applied == ["bootstrap/tools/ci"]


def test_jenkins_agents_need_no_token(tmp_path: Path) -> None:
    assert PipelineRoles().look(site_with(tmp_path, "{kind: jenkins}")).standing is Standing.UNWANTED


@pytest.mark.parametrize("name", ["medloop", "medloop/*", "a b/c", ""])
def test_a_pattern_is_no_repository(tmp_path: Path, name: str) -> None:
    site = site_with(tmp_path, f"{{kind: github, repository: '{name}', environment: production}}")
    with pytest.raises(DiagnosticError, match="names no repository"):
        PipelineRoles().look(site)


def test_the_deployers_trust_the_role_and_whoever_does_this(tmp_path: Path) -> None:
    site = site_with(tmp_path, "{kind: jenkins}", "# Who.\ndeployer_principals: []\n")
    assert trust(site, "arn:aws:iam::1:role/agent")
    assert not trust(site, "arn:aws:iam::1:role/agent")
    text = (tmp_path / "defaults/base.yaml").read_text()
    assert "# Who." in text
    assert yaml.safe_load(text)["deployer_principals"] == [
        f"arn:aws:iam::{OWN}:role/admin",
        "arn:aws:iam::1:role/agent",
    ]


def test_a_fleet_without_that_key_is_left_as_it_is(tmp_path: Path) -> None:
    assert not trust(site_with(tmp_path, "{kind: jenkins}"), "arn:aws:iam::1:role/agent")
