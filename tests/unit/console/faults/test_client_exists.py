"""A client that exists is not onboarded again, by page or API: refused, and nothing is written."""

from pathlib import Path

import pytest

from cellwright.app.session.session import FleetSession
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git
from unit.console.faults.kit import Served, served_by
from unit.git.origins import git


@pytest.fixture
def served(tmp_path: Path) -> Served:
    location = make_fleet(tmp_path / "fleet", acme="stacks: {app: {size: 2}}\n")
    put_under_git(location.fleet)
    known = {**NOBODY, "PATH": install_program(tmp_path / "bin"), "CELLWRIGHT_KEY": "a" * 64}
    return served_by(FleetSession(type(location)(fleet=location.fleet, environment=known)))


def test_a_client_that_exists_is_refused_with_other_settings(served: Served) -> None:
    root = served.session.root
    before = git("rev-parse", "HEAD", cwd=root)
    page = served.onboard(name="acme")
    assert page.status_code == 422
    assert "there is a client of this name already" in page.text
    assert "/cells/client/acme/edit" in page.text
    body = {"name": "acme", "settings": {"stacks": {"app": {"size": 3}}}}
    answer = served.api.post("/api/v1/clients", json=body)
    assert answer.status_code == 409, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (told,) = answer.json()["diagnostics"]
    assert "client/acme is onboarded already, with other settings" in told["summary"]
    assert told["detail"]
    assert served.api.post("/api/v1/clients/check", json={"name": "acme"}).json()["fits"] is False
    assert (git("rev-parse", "HEAD", cwd=root), served.dirty()) == (before, ())
    assert (root / "clients/acme.yaml").read_text() == "stacks: {app: {size: 2}}\n"
    assert served.runs() == 0


def test_without_settings_the_call_goes_on_with_one_run_and_writes_nothing(served: Served) -> None:
    root = served.session.root
    before = git("rev-parse", "HEAD", cwd=root)
    answers = [served.api.post("/api/v1/clients", json={"name": "acme"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["run"] == answers[1].json()["run"]
    assert served.runs() == 1
    assert (git("rev-parse", "HEAD", cwd=root), served.dirty()) == (before, ())
