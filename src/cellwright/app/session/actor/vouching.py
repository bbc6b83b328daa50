"""What vouches for whoever acts on the command line: the system's user, and the CI job it runs in."""

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cellwright.model.actor import LONGEST_NAME, Voucher, VoucherKind
from cellwright.model.text.visible import visible

_LOGIN_UID = Path("/proc/self/loginuid")
_NEVER = 2**32 - 1
"""The kernel's number for a process that belongs to no login."""

_JOBS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "GitHub Actions": (
        "GITHUB_ACTIONS",
        "true",
        {
            "server": "GITHUB_SERVER_URL",
            "project": "GITHUB_REPOSITORY",
            "workflow": "GITHUB_WORKFLOW_REF",
            "job": "GITHUB_JOB",
            "run": "GITHUB_RUN_ID",
            "attempt": "GITHUB_RUN_ATTEMPT",
            "commit": "GITHUB_SHA",
            "started_by": "GITHUB_TRIGGERING_ACTOR",
        },
    ),
    "GitLab": (
        "GITLAB_CI",
        "true",
        {
            "server": "CI_SERVER_URL",
            "project": "CI_PROJECT_PATH",
            "job": "CI_JOB_NAME",
            "run": "CI_JOB_ID",
            "pipeline": "CI_PIPELINE_ID",
            "commit": "CI_COMMIT_SHA",
            "started_by": "GITLAB_USER_LOGIN",
        },
    ),
    "Jenkins": (
        "JENKINS_URL",
        "",
        {
            "server": "JENKINS_URL",
            "job": "JOB_NAME",
            "run": "BUILD_NUMBER",
            "commit": "GIT_COMMIT",
            "started_by": "BUILD_USER_ID",
        },
    ),
}
"""By CI system: the variable that tells of it, its value (empty: any), and those that name the job."""


def vouchers(environment: Mapping[str, str]) -> tuple[Voucher, ...]:
    """Give all that vouches for this process."""
    return (_system_user(), *_jobs(environment))


def system_user() -> str:
    """Name the account under which this process runs, and the host; no environment variable counts."""
    return f"{_account(os.getuid())}@{visible(os.uname().nodename)}"


def _system_user() -> Voucher:
    facts = [("uid", str(os.getuid()))]
    if os.geteuid() != os.getuid():
        facts.append(("acts_as", _account(os.geteuid())))
    with suppress(OSError, ValueError):  # Linux alone has it
        login = int(_LOGIN_UID.read_text())
        if login not in (_NEVER, os.getuid()):
            facts.append(("logged_in_as", _account(login)))
    return Voucher(VoucherKind.SYSTEM_USER, system_user(), checked=True, facts=tuple(facts))


def _account(number: int) -> str:
    try:
        return visible(pwd.getpwuid(number).pw_name)
    except KeyError:  # usual in containers
        return f"uid {number}"


def _jobs(environment: Mapping[str, str]) -> Iterator[Voucher]:
    for system, (mark, value, names) in _JOBS.items():
        if not environment.get(mark) or (value and environment[mark] != value):
            continue
        given = {fact: environment[name] for fact, name in names.items() if environment.get(name)}
        if "server" in given:  # without the name and password that an address may hold
            given["server"] = given["server"].rpartition("@")[2]
        facts = tuple((fact, visible(text[:LONGEST_NAME])) for fact, text in given.items())
        yield Voucher(VoucherKind.CI_JOB, system, checked=False, facts=facts)
