"""A job is started once and followed; a bad answer is a diagnostic, or is asked again where that is right."""

import threading
from collections.abc import Iterator

import pytest

from cellwright.jenkins.server import Jenkins
from cellwright.jenkins.transport import Credentials
from cellwright.model.diagnostic import DiagnosticError
from jenkins_double import TOKEN, USER, JenkinsDouble, jenkins_double

JOB = "cellwright/apply"


@pytest.fixture(name="double")
def double_fixture() -> Iterator[JenkinsDouble]:
    with jenkins_double() as found:
        found.job(JOB)
        yield found


def client(double: JenkinsDouble, token: str = TOKEN, user: str = USER, seconds: float = 30.0) -> Jenkins:
    return Jenkins(double.url, Credentials(user, token), {}, seconds, pause=_moment)


def _moment(_seconds: float) -> None:
    threading.Event().wait(0.01)


def test_a_job_is_started_with_its_parameters_and_followed(double: JenkinsDouble) -> None:
    jenkins = client(double)
    ended = jenkins.follow(jenkins.start(JOB, {"SELECTORS": "utility/tools/jenkins & more"}))
    assert ended.succeeded
    assert ended.url == f"{double.url}/job/cellwright/job/apply/1/"
    (build,) = double.jobs[JOB].builds
    assert build.parameters == {"SELECTORS": "utility/tools/jenkins & more"}


def test_a_build_that_runs_with_the_same_parameters_is_taken(double: JenkinsDouble) -> None:
    held = threading.Event()
    double.job(JOB, lambda _given: "SUCCESS" if held.wait(60) else "FAILURE")
    first = client(double).start(JOB, {"A": "1"})
    assert client(double).start(JOB, {"A": "1"}) == first
    other = client(double).start(JOB, {"A": "2"})
    assert other.number == 2
    held.set()


@pytest.mark.parametrize("status", [500, 502, 503, 504, "drop"])
def test_what_only_asks_is_asked_again(double: JenkinsDouble, status: object) -> None:
    jenkins = client(double)
    double.faults = [("GET", "/job/cellwright/job/apply/api/json", status)] * 2
    assert jenkins.follow(jenkins.start(JOB, {})).succeeded


def test_a_jenkins_that_stays_away_is_told(double: JenkinsDouble) -> None:
    double.faults = [("GET", "/api/json", 500)] * 10
    with pytest.raises(DiagnosticError, match="does not answer: it answered 500"):
        client(double).start(JOB, {})
    assert double.jobs[JOB].builds == []


def test_nobody_at_the_address() -> None:
    with jenkins_double() as gone:
        pass
    with pytest.raises(DiagnosticError, match="does not answer: Connection refused"):
        client(gone).start(JOB, {})


def test_a_place_in_the_queue_that_jenkins_has_forgotten_is_no_missing_job(double: JenkinsDouble) -> None:
    double.faults = [("GET", "/queue/item/", 404)]
    with pytest.raises(DiagnosticError, match="knows its place in the queue no more"):
        client(double).start(JOB, {})


def test_an_old_crumb_is_fetched_anew_and_the_start_sent_once(double: JenkinsDouble) -> None:
    jenkins = client(double)
    jenkins.start(JOB, {"A": "1"})
    double.crumb = "crumb-2"  # the session has ended
    jenkins.start(JOB, {"A": "2"})
    assert [build.parameters["A"] for build in double.jobs[JOB].builds] == ["1", "2"]


def test_a_jenkins_without_crumbs(double: JenkinsDouble) -> None:
    double.crumbs = False
    assert client(double).start(JOB, {}).number == 1


def test_a_crumb_that_is_never_valid_is_a_refusal(double: JenkinsDouble) -> None:
    jenkins = client(double)
    double.faults = [("GET", "crumbIssuer", b"<html>sign in</html>")] * 4
    with pytest.raises(DiagnosticError, match=r"refuses the user 'bootstrap' for cellwright/apply \(403\)"):
        jenkins.start(JOB, {})


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "does not know 'bootstrap'"),
        (403, "refuses the user 'bootstrap'"),
        (404, "has no job 'cellwright/apply'"),
        (302, "sends us elsewhere"),
        (418, "answers 418"),
        (b"<html>sign in</html>", "is no Jenkins"),
        (b"[]", "is no Jenkins"),
    ],
)
def test_a_refusal_says_what_to_do(double: JenkinsDouble, status: object, told: str) -> None:
    double.faults = [("GET", "/job/", status)]
    with pytest.raises(DiagnosticError, match=told) as failure:
        client(double).start(JOB, {})
    assert all(item.detail for item in failure.value.diagnostics)
    assert TOKEN not in str(failure.value)


def test_another_token_is_refused_and_not_repeated(double: JenkinsDouble) -> None:
    with pytest.raises(DiagnosticError, match="token") as failure:
        client(double, token="not-the-token").start(JOB, {})
    assert "not-the-token" not in str(failure.value)
    assert "not-the-token" not in repr(client(double, token="not-the-token"))


@pytest.mark.parametrize("status", [503, 429])
def test_a_start_that_was_not_taken_is_sent_again(double: JenkinsDouble, status: int) -> None:
    double.faults = [("POST", "buildWithParameters", status)]
    assert client(double).start(JOB, {"A": "1"}).number == 1
    assert len(double.jobs[JOB].builds) == 1


def test_a_start_whose_answer_was_lost_is_found_and_not_sent_twice(double: JenkinsDouble) -> None:
    double.faults = [("POST", "buildWithParameters", "lost")]
    assert client(double).start(JOB, {"A": "1"}).number == 1
    assert len(double.jobs[JOB].builds) == 1


@pytest.mark.parametrize("status", [500, "drop"])
def test_a_start_of_which_nothing_is_known_is_told(double: JenkinsDouble, status: object) -> None:
    double.faults = [("POST", "buildWithParameters", status)]
    with pytest.raises(DiagnosticError, match="not known whether Jenkins has taken the start"):
        client(double).start(JOB, {"A": "1"})


def test_a_place_in_the_queue_that_somebody_cancels(double: JenkinsDouble) -> None:
    double.queue[1] = (JOB, None, True)
    with pytest.raises(DiagnosticError, match="dropped cellwright/apply from its queue"):
        client(double)._begun(JOB, 1)


def test_a_build_that_fails_is_no_success(double: JenkinsDouble) -> None:
    double.job(JOB, lambda _given: "ABORTED")
    jenkins = client(double)
    ended = jenkins.follow(jenkins.start(JOB, {}))
    assert (ended.succeeded, ended.result) == (False, "ABORTED")


def test_an_interrupt_ends_the_wait_and_not_the_build(double: JenkinsDouble) -> None:
    held = threading.Event()
    double.job(JOB, lambda _given: "SUCCESS" if held.wait(60) else "FAILURE")
    jenkins = client(double)
    build = jenkins.start(JOB, {})
    jenkins.interrupted = lambda: True
    with pytest.raises(DiagnosticError, match="goes on there"):
        jenkins.follow(build)
    held.set()


@pytest.mark.parametrize(
    "url", ["http://jenkins.example.com", "ftp://x", "https://ada:secret@jenkins.example.com", "jenkins"]
)
def test_an_address_that_would_show_the_token_is_refused(url: str) -> None:
    with pytest.raises(DiagnosticError, match="is no address for a Jenkins") as failure:
        Jenkins(url, Credentials(USER, TOKEN), {})
    assert "secret" not in str(failure.value)
