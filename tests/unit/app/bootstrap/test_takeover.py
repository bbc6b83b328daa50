"""Jenkins takes over: its own stack, then all others; a bad answer stops the step and is on record."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.bootstrap import sequence
from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.takeover import TOKEN as VARIABLE
from cellwright.app.bootstrap.steps.takeover import TakeOver
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from jenkins_double import TOKEN, JenkinsDouble, jenkins_double
from unit.app.bootstrap.kit import make_site
from unit.app.kit import NOBODY

JOB = "cellwright/apply"


@pytest.fixture(name="double")
def double_fixture() -> Iterator[JenkinsDouble]:
    with jenkins_double() as found:
        found.job(JOB)
        yield found


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence, "STEPS", (TakeOver(),))


def site_of(root: Path, double: JenkinsDouble, token: str = TOKEN) -> tuple[Site, BootstrapRequest]:
    answers: dict[str, Json] = {"ci.kind": "jenkins", "jenkins.url": double.url}
    site = make_site(root)
    given = {**NOBODY, VARIABLE: token} if token else NOBODY
    session = FleetSession(Location(fleet=root, environment=given))
    return replace(site, session=session), BootstrapRequest(answers=answers)


def started(double: JenkinsDouble) -> list[str]:
    return [build.parameters["SELECTORS"] for build in double.jobs[JOB].builds]


def test_its_own_stack_comes_first_and_it_is_done_once(tmp_path: Path, double: JenkinsDouble) -> None:
    site, request = site_of(tmp_path, double)
    (report,) = bootstrap(site, request)
    assert started(double) == ["utility/tools/jenkins", "utility/** client/**"]
    assert report.did[0] == f"{JOB} #1 has applied utility/tools/jenkins"
    (again,) = bootstrap(site, request)
    assert (again.look.standing, len(started(double))) == (Standing.DONE, 2)


def test_a_build_that_fails_stops_it_and_the_next_call_goes_on(tmp_path: Path, double: JenkinsDouble) -> None:
    results = iter(["FAILURE", "SUCCESS", "SUCCESS"])

    def work(_given: Mapping[str, str]) -> str:
        return next(results)

    double.job(JOB, work)
    site, request = site_of(tmp_path, double)
    with pytest.raises(DiagnosticError, match="cellwright/apply #1 ended as FAILURE") as failure:
        bootstrap(site, request)
    assert f"{double.url}/job/cellwright/job/apply/1/console" in failure.value.diagnostics[0].detail
    (report,) = bootstrap(site, request)
    assert report.taken
    actions = [item.action for item in site.session.ledger().reader.events()]
    assert actions == [
        "bootstrap.step_began",
        "bootstrap.step_failed",
        "bootstrap.step_began",
        "bootstrap.step_ended",
    ]


def test_without_a_token_nothing_is_asked(tmp_path: Path, double: JenkinsDouble) -> None:
    site, request = site_of(tmp_path, double, token="")
    with pytest.raises(DiagnosticError, match=f"the environment has no {VARIABLE}"):
        bootstrap(site, request)
    assert double.requests == []


def test_a_refusal_is_told_and_the_token_is_nowhere(tmp_path: Path, double: JenkinsDouble) -> None:
    double.faults = [("GET", "/job/", 403)]
    site, request = site_of(tmp_path, double)
    with pytest.raises(DiagnosticError, match="refuses the user"):
        bootstrap(site, request)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert kept == []
