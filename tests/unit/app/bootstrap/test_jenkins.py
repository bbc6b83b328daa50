"""Jenkins' stack is switched on with its images, and the fleet's key is kept where agents get it from."""

from pathlib import Path

import pytest
import yaml

from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.images import Images, tag
from cellwright.app.bootstrap.steps.jenkins import JenkinsStack
from cellwright.model.value import Json
from unit.app.bootstrap.kit import OWN, MadeUpCloud, make_site

ANSWERS = (
    f'region: us-east-1\naccount_id: "{OWN}"\nci: {{kind: jenkins}}\nimages: {{engine: none}}\n'
    "jenkins: {repository: 'https://git.example.com/fleet.git', host: jenkins.example.com}\n"
)
ACCOUNT = f'# The tools.\nregion: us-east-1\naccount_id: "{OWN}"\ndeployer: null\n'
URLS: dict[str, Json] = {
    name: f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/trial/{name}" for name in ("jenkins", "agent")
}


@pytest.fixture(name="cloud")
def cloud_fixture(monkeypatch: pytest.MonkeyPatch) -> MadeUpCloud:
    def output(_site: Site, _unit: str, name: str) -> Json:
        return URLS if name == "repository_urls" else None

    monkeypatch.setattr(Site, "output", output)
    monkeypatch.setattr(Site, "bring_up", lambda *_given, **_more: True)
    return MadeUpCloud()


def site_of(root: Path, cloud: MadeUpCloud) -> Site:
    return make_site(root, cloud, {"bootstrap/tools.yaml": ANSWERS, "accounts/tools.yaml": ACCOUNT})


def test_the_stack_gets_its_images_and_the_place_of_the_key(tmp_path: Path, cloud: MadeUpCloud) -> None:
    site = site_of(tmp_path, cloud)
    JenkinsStack().act(site)
    text = (tmp_path / "accounts/tools.yaml").read_text()
    assert "# The tools." in text
    stack = yaml.safe_load(text)["stacks"]["jenkins"]
    assert stack["image"] == f"{URLS['jenkins']}:{tag('jenkins')}"
    assert stack["agent_image"] == f"{URLS['agent']}:{tag('agent')}"
    assert stack["agent_environment"] == {"CELLWRIGHT_REPOSITORY": "https://git.example.com/fleet.git"}
    assert stack["agent_secrets"]["CELLWRIGHT_KEY"].endswith("secret:trial/cellwright-key-AbCdEf")
    key = (tmp_path / ".cellwright/key").read_text().strip()
    assert cloud.secrets == {"trial/cellwright-key": key}
    assert key not in text


def test_without_an_engine_images_are_to_be_made_by_hand_with_the_whole_commands(
    tmp_path: Path, cloud: MadeUpCloud
) -> None:
    look = Images().look(site_of(tmp_path, cloud))
    assert look.standing is Standing.BY_HAND
    (finding,) = look.findings
    assert "aws ecr get-login-password --region us-east-1 | docker login" in finding.detail
    assert f"docker push {URLS['agent']}:{tag('agent')}" in finding.detail


def test_images_that_are_there_are_not_made_again(tmp_path: Path, cloud: MadeUpCloud) -> None:
    cloud.images = frozenset(f"trial/{name}:{tag(name)}" for name in ("jenkins", "agent"))
    assert Images().look(site_of(tmp_path, cloud)).standing is Standing.DONE
