"""Jenkins' settings as code: every key is one that its plugin takes, every variable one of the stack."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import cellwright
from pipeline import groovy

CONTROLLER = groovy.LIBRARY / "controller"
KNOWN: Mapping[str, Any] = yaml.safe_load((Path(groovy.__file__).parent / "attributes.yaml").read_text())
FILES = sorted(CONTROLLER.glob("*.yaml"))
_STACK = Path(cellwright.__file__).parent / "reference" / "stacks" / "utility" / "jenkins"


def places(value: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Walk through all mappings, with their place; a list's elements have that of the list."""
    if isinstance(value, list):
        for item in value:
            yield from places(item, path)
    if isinstance(value, Mapping):
        yield path, value
        for key, below in value.items():
            yield from places(below, f"{path}.{key}" if path else key)


def faults(settings: object) -> list[str]:
    """Say where settings have a key that nobody takes, or lack one that is needed."""
    found = []
    for path, given in places(settings):
        if (known := KNOWN.get(path)) is None:
            continue
        found += [f"{path}.{key} is deprecated" for key in given if key in known.get("deprecated", ())]
        found += [
            f"{path}.{key} is unknown to {known['class']}"
            for key in given
            if key not in {*known["takes"], *known.get("deprecated", ())}
        ]
        found += [f"{path} lacks {key}" for key in known.get("needed", ()) if key not in given]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_is_one_that_its_plugin_takes(file: Path) -> None:
    assert faults(yaml.safe_load(file.read_text())) == []


def test_every_place_of_the_table_is_used() -> None:
    used = {path for file in FILES for path, _ in places(yaml.safe_load(file.read_text()))}
    assert set(KNOWN) <= used


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("jenkins: {agentProtocols: [JNLP4-connect]}", "jenkins.agentProtocols is deprecated"),
        (
            "jenkins: {clouds: [{ecs: {name: agents, cluster: arn}}]}",
            "jenkins.clouds.ecs lacks credentialsId",
        ),
        ("unclassified: {audit-trail: {loger: []}}", "unclassified.audit-trail.loger is unknown"),
    ],
)
def test_what_kept_jenkins_from_starting_is_found(change: str, told: str) -> None:
    assert any(item.startswith(told) for item in faults(yaml.safe_load(change)))


def test_nothing_is_built_on_the_controller_and_no_job_chooses_its_own_task() -> None:
    jenkins = yaml.safe_load((CONTROLLER / "jenkins.yaml").read_text())["jenkins"]
    assert jenkins["numExecutors"] == 0
    assert [cloud["ecs"]["allowedOverrides"] for cloud in jenkins["clouds"]] == [""]


def test_each_file_is_read_once_and_none_says_what_another_says() -> None:
    base = yaml.safe_load((CONTROLLER / "jenkins.yaml").read_text())
    for other in ("local-users.yaml", "single-sign-on.yaml"):
        said = yaml.safe_load((CONTROLLER / other).read_text())
        assert set(said) == {"jenkins"}
        assert set(said["jenkins"]).isdisjoint(base["jenkins"]), "the plugin refuses conflicts"


def test_every_variable_is_one_that_the_stack_sets() -> None:
    text = (_STACK / "configuration.tf").read_text()
    known = set(re.findall(r"^\s+([A-Z][A-Z0-9_]+)\s+=", text, re.MULTILINE))
    used = {name for file in FILES for name in re.findall(r"(?<!\^)\$\{([A-Z0-9_]+)\}", file.read_text())}
    assert used <= known
    assert known - used <= {"CASC_JENKINS_CONFIG", "JAVA_OPTS"}


def test_a_build_s_token_says_who_has_started_it_and_is_not_good_for_aws() -> None:
    settings = yaml.safe_load((CONTROLLER / "jenkins.yaml").read_text())
    claims = settings["security"]["idToken"]["buildClaimTemplates"]
    said = {item["name"]: item["format"] for item in claims}
    # `^$` keeps the plugin configuration-as-code from filling it in at the start.
    assert said == {
        "sub": "^${JOB_URL}",
        "build_number": "^${BUILD_NUMBER}",
        "build_user": "^${BUILD_USER_ID}",
    }
    assert settings["unclassified"]["buildUserVars"] == {"allBuilds": True}
    (domain,) = settings["credentials"]["system"]["domainCredentials"]
    tokens = [item["idTokenFile"] for item in domain["credentials"] if "idTokenFile" in item]
    audiences = {item["id"]: item["audience"] for item in tokens}
    assert audiences == {"cellwright-id-token": "cellwright", "aws-id-token": "${TOKEN_AUDIENCE}"}
    variables = settings["jenkins"]["globalNodeProperties"][0]["envVars"]["env"]
    named = {item["key"]: item["value"] for item in variables}
    assert named["CELLWRIGHT_ID_TOKEN_CREDENTIALS"] == "cellwright-id-token"
    assert named["CELLWRIGHT_AWS_TOKEN_CREDENTIALS"] == "aws-id-token"
