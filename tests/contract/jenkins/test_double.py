"""The stand-in for Jenkins is used by two clients that others wrote: what they understand is what it says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jenkins as python_jenkins
import pytest
from api4jenkins import Jenkins as Api4Jenkins

from cellwright.jenkins.server import Jenkins
from cellwright.jenkins.transport import Credentials
from jenkins_double import TOKEN, USER, JenkinsDouble, jenkins_double
from patience import PATIENCE

JOB = "cellwright/apply"
GIVEN = {"SELECTORS": "client/acme & more"}


@contextmanager
def theirs(double: JenkinsDouble, token: str = TOKEN) -> Iterator[python_jenkins.Jenkins]:
    client = python_jenkins.Jenkins(double.url, USER, token)
    try:
        yield client
    finally:
        client._session.close()


@contextmanager
def others(double: JenkinsDouble) -> Iterator[Any]:
    client: Any = Api4Jenkins(double.url, auth=(USER, TOKEN))
    try:
        yield client
    finally:
        client.http_client.close()


@pytest.fixture(name="double")
def double_fixture() -> Iterator[JenkinsDouble]:
    with jenkins_double() as found:
        found.job(JOB)
        yield found


def test_python_jenkins_starts_and_follows(double: JenkinsDouble) -> None:
    with theirs(double) as client:
        place = client.build_job(JOB, dict(GIVEN))
        until = time.monotonic() + PATIENCE
        while "executable" not in (item := client.get_queue_item(place)) and time.monotonic() < until:
            threading.Event().wait(0.05)
        number = item["executable"]["number"]
        while (found := client.get_build_info(JOB, number))["building"] and time.monotonic() < until:
            threading.Event().wait(0.05)
        assert found["result"] == "SUCCESS"
        assert client.get_job_info(JOB)["nextBuildNumber"] == number + 1
        assert client.get_version() == "2.504.3"
    assert double.jobs[JOB].builds[0].parameters == GIVEN


def test_api4jenkins_starts_and_follows(double: JenkinsDouble) -> None:
    with others(double) as client:
        item = client.build_job(JOB, **GIVEN)
        until = time.monotonic() + PATIENCE
        while not (build := item.get_build()) and time.monotonic() < until:
            threading.Event().wait(0.05)
        while build.building and time.monotonic() < until:
            threading.Event().wait(0.05)
        assert build.result == "SUCCESS"
        assert client.get_job(JOB).get_last_build().number == build.number
        assert {one.name: one.value for one in build.get_parameters()} == GIVEN


def test_both_and_ours_see_the_same_build(double: JenkinsDouble) -> None:
    ours = Jenkins(double.url, Credentials(USER, TOKEN), {}, pause=lambda _seconds: None)
    ended = ours.follow(ours.start(JOB, GIVEN))
    with theirs(double) as client, others(double) as second:
        found, other = client.get_build_info(JOB, ended.number), second.get_job(JOB)[ended.number]
        assert found["url"] == other.url == ended.url
        assert found["result"] == other.result == ended.result


def test_python_jenkins_is_refused_as_we_are(double: JenkinsDouble) -> None:
    with theirs(double, "another") as client, pytest.raises(python_jenkins.JenkinsException):
        client.get_job_info(JOB)
    with theirs(double) as client, pytest.raises(python_jenkins.JenkinsException, match="does not exist"):
        client.get_job_info("cellwright/none")
