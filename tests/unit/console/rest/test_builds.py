"""A build that calls the API: its identity token is verified with what changes something, and recorded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from build_issuer import GITLAB, Issuer, issuing
from cellwright.access.roles import Grant, Role
from cellwright.app.people.api_tokens import TokenRequest, make_token
from cellwright.app.people.manage import InviteRequest, invite
from cellwright.app.people.visitors import FleetVisitors
from unit.app.people.kit import first_admin, visitor_of
from unit.console.rest.kit import program, services_that_run

TOKEN = "X-Cellwright-Build-Token"
ACTS_FOR = {"X-Cellwright-Acts-For": "lin"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


@pytest.fixture
def api(tmp_path: Path, issuer: Issuer) -> TestClient:
    """A fleet that believes this issuer's builds alone, and a client with a token that acts for others."""
    services = services_that_run(tmp_path)
    session = services.session
    services.visitors = FleetVisitors(session)
    ada = visitor_of(session, first_admin(session))
    bot = invite(
        session, ada, InviteRequest(login="ci", name="CI", service=True, grants=(Grant(Role.OPERATOR),))
    )
    made = make_token(session, ada, TokenRequest(name="ci", days=1, owner=bot.person.id, act_for=True))
    builds = {
        "required": True,
        "issuers": [{"issuer": issuer.address, "subjects": ["project_path:medloop/fleet:*"]}],
    }
    with (tmp_path / "fleet.yaml").open("a") as file:
        file.write(f"builds: {json.dumps(builds)}\n")
    return program(services, made.text)


def begun(api: TestClient, **headers: str) -> tuple[int, Any]:
    answer = api.post("/api/v1/runs", json={"kind": "plan"}, headers={**ACTS_FOR, **headers})
    return answer.status_code, answer.json()


def test_a_build_is_in_the_trail_with_who_had_it_run(api: TestClient, issuer: Issuer) -> None:
    token = issuer.token(GITLAB)
    status, _ = begun(api, **{TOKEN: token})
    assert status == 202
    answer = api.get("/api/v1/events", headers=ACTS_FOR)
    assert answer.status_code == 200, "who looks shows none"
    (started,) = (item for item in answer.json()["events"] if item["action"] == "run.started")
    assert started["actor"] == "lin"
    vouchers = started["detail"]["identity"]["vouched_by"]
    assert [(item["kind"], item["proof"]) for item in vouchers] == [
        ("api-token", "checked"),
        ("ci-job", "checked"),
    ]
    assert vouchers[1]["facts"]["started_by"] == "grace"
    assert token not in answer.text


@pytest.mark.parametrize("bad", ["none", "audience", "unsigned", "down"])
def test_a_build_that_can_not_show_who_it_is_is_refused(api: TestClient, issuer: Issuer, bad: str) -> None:
    token = {
        "none": "",
        "audience": issuer.token(GITLAB, aud="sts.amazonaws.com"),
        "unsigned": issuer.unsigned(GITLAB),
        "down": issuer.token(GITLAB),
    }[bad]
    issuer.broken = 503 if bad == "down" else 0
    status, document = begun(api, **{TOKEN: token})
    assert status in {400, 409, 422}
    told = str(document["diagnostics"])
    assert "identity token" in told
    assert not token or token not in told
    assert api.get("/api/v1/runs", headers=ACTS_FOR).json()["runs"] == []
