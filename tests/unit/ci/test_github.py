"""GitHub's workflows by its linter and schema, and what neither looks at: who may do what."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import go_pipeline
from cellwright.ci.facts import Facts
from cellwright.ci.github.files import workflows
from unit.ci.samples import BOTH

EACH = pytest.mark.parametrize("facts", BOTH.values(), ids=BOTH)
_COMMIT = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+\Z")
_ALLOWED = {
    "pull-request": {
        "check": {"contents": "read"},
        "plan": {"contents": "read", "id-token": "write"},
        "comment": {"pull-requests": "write"},
    },
    "apply": {
        "plan": {"contents": "read", "id-token": "write"},
        "apply": {"actions": "read", "contents": "read", "id-token": "write"},
        "again": {"actions": "write"},
    },
    "drift": {"look": {"contents": "read", "id-token": "write"}},
    "onboard": {"onboard": {"contents": "write", "id-token": "write"}},
}


def read(facts: Facts) -> Iterator[tuple[str, Any, str]]:
    for item in workflows(facts):
        name = item.path.removeprefix(f".github/workflows/cellwright-{facts.fleet}-").removesuffix(".yml")
        yield name, yaml.load(item.text, Loader=yaml.BaseLoader), item.text  # noqa: S506  it makes texts only


def steps(facts: Facts) -> Iterator[dict[str, Any]]:
    for _, workflow, _ in read(facts):
        for job in workflow["jobs"].values():
            yield from job["steps"]


@EACH
def test_the_linter_and_the_schema_find_nothing(facts: Facts, tmp_path: Path) -> None:
    paths = []
    for item in workflows(facts):
        path = tmp_path / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(item.text)
        paths.append(str(path))
    lint = [
        str(go_pipeline.program(go_pipeline.ACTIONLINT)),
        "-no-color",
        *_own_labels(tmp_path, facts),
        *paths,
    ]
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *paths]
    for command in (lint, schema):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def _own_labels(folder: Path, facts: Facts) -> list[str]:
    file = folder / "actionlint.yaml"
    file.write_text(f"self-hosted-runner: {{labels: [{', '.join(facts.settings.runner)}]}}\n")
    return ["-config-file", str(file)]


@EACH
def test_each_job_may_do_what_it_needs_and_no_more(facts: Facts) -> None:
    found = {}
    for name, workflow, _ in read(facts):
        assert workflow["permissions"] == {}
        found[name] = {job: given["permissions"] for job, given in workflow["jobs"].items()}
    assert found == _ALLOWED


@EACH
def test_actions_are_named_by_their_commits(facts: Facts) -> None:
    used = [
        line.partition("uses: ")[2]
        for _, _, text in read(facts)
        for line in text.splitlines()
        if "uses:" in line
    ]
    assert len(used) > 8
    for action in used:
        assert _COMMIT.match(action), action


@EACH
def test_no_value_from_elsewhere_is_part_of_a_shell_line(facts: Facts) -> None:
    scripts = [step["run"] for step in steps(facts) if "run" in step]
    assert len(scripts) == 8
    for script in scripts:
        assert "${{" not in script


@EACH
def test_what_applies_waits_for_its_turn_and_for_its_reviewers(facts: Facts) -> None:
    by_name = {name: workflow for name, workflow, _ in read(facts)}
    groups = {by_name[name]["concurrency"]["group"] for name in ("apply", "onboard")}
    assert groups == {f"cellwright-{facts.fleet}"}
    for name in ("apply", "onboard", "drift"):
        assert by_name[name]["concurrency"]["cancel-in-progress"] == "false"
    for name, job in (("apply", "apply"), ("onboard", "onboard")):
        assert by_name[name]["jobs"][job]["environment"] == facts.settings.environment
        taken = [
            step["with"]["role-to-assume"]
            for step in by_name[name]["jobs"][job]["steps"]
            if "with" in step and "role-to-assume" in step["with"]
        ]
        assert taken == [facts.settings.apply_role]


@EACH
def test_only_approved_jobs_take_the_role_that_applies(facts: Facts) -> None:
    for _, workflow, _ in read(facts):
        for job in workflow["jobs"].values():
            if "environment" not in job:
                assert facts.settings.apply_role not in str(job)


@EACH
def test_no_job_keeps_the_credentials_of_git_unless_it_pushes(facts: Facts) -> None:
    for name, workflow, _ in read(facts):
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout"):
                    assert (step["with"].get("persist-credentials") == "false") is (name != "onboard")


@EACH
def test_a_fork_gets_no_identity(facts: Facts) -> None:
    jobs = next(workflow for name, workflow, _ in read(facts) if name == "pull-request")["jobs"]
    for name in ("plan", "comment"):
        assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs[name]["if"]
    assert not any("pull_request_target" in text for _, _, text in read(facts))
