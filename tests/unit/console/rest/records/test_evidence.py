"""Evidence and reviews over the API."""

from pathlib import Path

from cellwright.access.roles import Grant, Role
from unit.console.kit import make_services
from unit.console.rest.kit import TWO, VIEWER, program


def test_evidence_is_made_listed_and_taken_and_reviews_are_recorded(tmp_path: Path) -> None:
    services = make_services(tmp_path, (Grant(Role.AUDITOR),), **TWO)
    services.session.ledger(writing=True).recorder.append_event("ada", "unit.applied", "client/acme/app")
    client, today = program(services), f"{services.session.now():%Y-%m-%d}"
    review = {"kind": "activity", "since": today, "until": today, "findings": "nothing unusual"}
    recorded = client.post("/api/v1/reviews", json=review)
    assert recorded.status_code == 201
    assert client.get("/api/v1/reviews").json()["reviews"] == [recorded.json()]
    assert client.get(recorded.headers["location"]).json()["action"] == "review.recorded"
    made = client.post("/api/v1/evidence", json={"since": today, "until": today})
    assert made.status_code == 201
    found = made.json()
    assert (found["holds"], found["events"]) == (True, 2)
    assert found["clauses"]["164.312(b)"] == "partly seen"
    assert client.get("/api/v1/evidence").json() == {"evidence": [found]}
    assert client.get(made.headers["location"]).json() == found
    taken = client.get(f"{made.headers['location']}/download")
    assert taken.content[:2] == b"\x1f\x8b"


def test_what_can_not_be_is_a_problem(tmp_path: Path) -> None:
    client = program(make_services(tmp_path, (Grant(Role.AUDITOR),), **TWO))
    future = {"since": "2099-01-01", "until": "2099-01-02"}
    assert client.post("/api/v1/evidence", json=future).status_code == 409
    assert client.post("/api/v1/evidence", json={**future, "since": 7}).status_code == 422
    assert client.post("/api/v1/evidence", json={**future, "until": "9999-12-31"}).status_code == 409
    assert client.get("/api/v1/evidence/20261122-120000-0123abcd").status_code == 404


def test_who_only_views_gets_none(tmp_path: Path) -> None:
    client = program(make_services(tmp_path, VIEWER, **TWO))
    for path in ("/api/v1/evidence", "/api/v1/reviews", "/api/v1/evidence/x", "/api/v1/evidence/x/download"):
        assert client.get(path).status_code == 403
