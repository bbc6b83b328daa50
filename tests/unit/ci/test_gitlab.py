"""GitLab's pipeline by GitLab's schema, and what that does not look at: who may do what."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from cellwright.ci.facts import Facts
from cellwright.ci.gitlab.files import included, including
from unit.ci.samples import BOTH, FACTS, OWN_RUNNERS

EACH = pytest.mark.parametrize("facts", BOTH.values(), ids=BOTH)


def jobs(facts: Facts) -> dict[str, Any]:
    """Give each job with what it extends."""
    found = yaml.load(included(facts).text, Loader=yaml.BaseLoader)  # noqa: S506  it makes texts only

    def whole(given: dict[str, Any]) -> dict[str, Any]:
        below = whole(found[given["extends"]]) if "extends" in given else {}
        variables = {**below.get("variables", {}), **given.get("variables", {})}
        return {**below, **given, "variables": variables}

    return {name: whole(job) for name, job in found.items() if name.startswith(f"{facts.fleet}:")}


@EACH
def test_the_schema_finds_nothing(facts: Facts, tmp_path: Path) -> None:
    paths = []
    for item in (included(facts), including()):
        path = tmp_path / Path(item.path).name
        path.write_text(item.text)
        paths.append(str(path))
    options = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    command = [sys.executable, "-m", "check_jsonschema", *options, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@EACH
def test_every_job_says_when_it_runs(facts: Facts) -> None:
    for name, job in jobs(facts).items():
        assert job["rules"], name


@EACH
def test_only_approved_jobs_take_the_role_that_applies_one_after_the_other(facts: Facts) -> None:
    applying = {name for name, job in jobs(facts).items() if facts.settings.apply_role in str(job)}
    assert applying == {f"{facts.fleet}: apply", f"{facts.fleet}: onboard"}
    for name in applying:
        job = jobs(facts)[name]
        assert job["environment"]["name"] == facts.settings.environment
        assert job["resource_group"] == f"cellwright-{facts.fleet}"
        assert job["interruptible"] == "false"


@EACH
def test_jobs_show_a_token_of_their_own_and_hold_no_other(facts: Facts) -> None:
    for name, job in jobs(facts).items():
        known = "AWS_ROLE_ARN" in job["variables"]
        assert known is ("id_tokens" in job), name
        assert not any(word in str(job["variables"]) for word in ("SECRET", "PASSWORD", "PRIVATE"))
    check = jobs(facts)[f"{facts.fleet}: check"]
    assert "id_tokens" not in check


@EACH
def test_shell_lines_stop_at_the_first_failure(facts: Facts) -> None:
    for job in jobs(facts).values():
        for script in job["script"]:
            assert script.startswith("set -eo pipefail\n")


def test_a_comment_is_written_by_who_has_a_token_for_it_and_from_no_clone() -> None:
    assert "medloop: comment" not in jobs(FACTS)
    comment = jobs(OWN_RUNNERS)["med-loop: comment"]
    assert comment["variables"]["GIT_STRATEGY"] == "none"
    assert comment["needs"] == [{"job": "med-loop: plan", "artifacts": "true"}]
    others = [name for name, job in jobs(OWN_RUNNERS).items() if "gitlab-comments" in str(job)]
    assert others == ["med-loop: comment"], "no other job reads the token"


@EACH
def test_a_job_that_acts_shows_cellwright_who_it_is_by_another_token_than_aws(facts: Facts) -> None:
    for name, job in jobs(replace(facts, audience="cellwright/medloop")).items():
        if not name.endswith(": check"):
            audiences = {key: item["aud"] for key, item in job["id_tokens"].items()}
            assert audiences == {
                "CELLWRIGHT_AWS_TOKEN": "sts.amazonaws.com",
                "CELLWRIGHT_ID_TOKEN": "cellwright/medloop",
            }
