import os
import pwd
import socket
from pathlib import Path

import pytest

from cellwright.app.session.actor.identity import identify
from cellwright.model.actor import VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY, make_fleet, put_under_git


def test_who_acts_is_named_then_git_s_then_the_login_s(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    named = {**NOBODY, "CELLWRIGHT_ACTOR": " jenkins for ada "}
    assert named_as(tmp_path, named) == ("jenkins for ada", "environment")
    unnamed = {**NOBODY, "CELLWRIGHT_ACTOR": " "}
    login = identify(tmp_path, unnamed)
    assert "@" in login.name
    assert login.named_by == "login"
    put_under_git(tmp_path)
    assert named_as(tmp_path, unnamed) == ("Ada <ada@example.com>", "git")


def named_as(root: Path, environment: dict[str, str]) -> tuple[str, str]:
    actor = identify(root, environment)
    return actor.name, actor.named_by


def test_the_system_s_user_stands_behind_every_name_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_fleet(tmp_path)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "grace")
    account = pwd.getpwuid(os.getuid()).pw_name
    for environment in (NOBODY, {**NOBODY, "CELLWRIGHT_ACTOR": "grace"}):
        actor = identify(tmp_path, {**environment, "USER": "grace"})
        [user] = actor.vouchers
        assert (user.kind, user.name, user.checked) == (
            VoucherKind.SYSTEM_USER,
            f"{account}@{socket.gethostname()}",
            True,
        )


@pytest.mark.parametrize(
    "name", ["ada\nunit.applied", "ada\u202eecarg", "a\u200bda", "ada\x1b[2K", "a" * 201, "\ud800"]
)
def test_a_name_that_can_not_be_shown_as_it_is_is_refused(tmp_path: Path, name: str) -> None:
    make_fleet(tmp_path)
    with pytest.raises(DiagnosticError, match="the name of who acts") as told:
        identify(tmp_path, {**NOBODY, "CELLWRIGHT_ACTOR": name})
    assert "CELLWRIGHT_ACTOR" in str(told.value)
    assert "\u202e" not in str(told.value)


def test_such_a_name_of_git_s_is_refused_too_and_can_be_replaced(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    put_under_git(tmp_path)
    named = {**NOBODY, "GIT_AUTHOR_NAME": "A\u202eda", "GIT_AUTHOR_EMAIL": "ada@example.com"}
    with pytest.raises(DiagnosticError, match="git's user"):
        identify(tmp_path, named)
    assert identify(tmp_path, {**named, "CELLWRIGHT_ACTOR": "ada"}).name == "ada"


@pytest.mark.parametrize(
    ("system", "environment", "fact"),
    [
        (
            "GitHub Actions",
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/fleet", "GITHUB_RUN_ID": "42"},
            ("project", "acme/fleet"),
        ),
        (
            "GitLab",
            {"GITLAB_CI": "true", "CI_JOB_ID": "7", "GITLAB_USER_LOGIN": "ada"},
            ("started_by", "ada"),
        ),
        (
            "Jenkins",
            {"JENKINS_URL": "https://u:secret@ci.example.com/", "BUILD_NUMBER": "3"},
            ("server", "ci.example.com/"),
        ),
    ],
)
def test_a_job_s_identity_is_recorded_as_the_claim_that_it_is(
    tmp_path: Path, system: str, environment: dict[str, str], fact: tuple[str, str]
) -> None:
    make_fleet(tmp_path)
    _, job = identify(tmp_path, {**NOBODY, **environment}).vouchers
    assert (job.kind, job.name, job.checked) == (VoucherKind.CI_JOB, system, False)
    assert fact in job.facts
    assert isinstance(document := job.to_json(), dict)
    assert document["proof"] == "claimed"
    assert "secret" not in str(document)
