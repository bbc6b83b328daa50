"""What the API's calls have in common: who may, refusals, pages, ETags, keys."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, RunUnit
from unit.app.kit import APP, make_run
from unit.console.kit import COOKIE, CSRF, OneVisitor, make_services
from unit.console.rest.kit import OF_ACME, TWO, VIEWER, api_of, program, services_that_run

READING = (
    *("fleet", "check", "me", "status", "units", "graph", "versions", "cells", "cells/client/acme"),
    *("units/client/acme/app", "units/client/acme/app/inputs", "addresses", "addresses/check"),
    *("events", "events/latest", "events/verify", "events/export", "approvals", "runs", "runs/run-1"),
    *("drift/groups", "drift/schedules", "drift/acknowledgements", "units/client/acme/app/drift"),
    *("needs", "drift", "policies", "jobs/form", "events/1", "events/export?form=csv"),
    *("clients/offboardings", "clients/acme/life"),
    *("cells/client/acme/outputs", "cells/client/acme/events", "cells/client/acme/access"),
    *(
        "runs/run-1/units/client/acme/app",
        "runs/run-1/summary",
        "runs/run-1/progress",
        "runs/run-1/logs",
        "runs/run-1/approvals",
    ),
)
CHANGING = {
    "runs": {"kind": "plan"},
    "runs/run-1/resume": {},
    "runs/run-1/cancel": {},
    "runs/run-1/pause": {},
    "runs/run-1/unpause": {},
    "runs/run-1/approvals": {"approved": True, "all": True},
    "clients": {"name": "initech"},
    "clients/acme/offboard": {},
    "clients/acme/offboard/cancel": {},
    "clients/acme/offboard/approve": {},
    "clients/acme/legal-hold": {"held": True, "reason": "lawsuit"},
    "clients/acme/suspend": {},
    "clients/acme/reinstate": {},
    "webhooks": {"name": "a", "url": "https://example.com"},
}


def with_run(
    root: Path, grants: tuple[Grant, ...] = (), parts: tuple[UnitAddress, ...] = (APP,)
) -> TestClient:
    services = make_services(root, grants, **TWO)
    run = replace(make_run("run-1"), units=tuple(RunUnit(part, Operation.APPLY) for part in parts))
    services.session.ledger(writing=True).recorder.start_run(run)
    return program(services)


def test_whoever_may_read_reads_everything(tmp_path: Path) -> None:
    api = with_run(tmp_path, VIEWER)
    for path in READING:
        assert api.get(f"/api/v1/{path}").status_code == 200, path


def test_strangers_are_told_how_to_come_in(tmp_path: Path) -> None:
    api = with_run(tmp_path)
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer stolen"}):
        for path in READING:
            answer = api.get(f"/api/v1/{path}", headers=headers)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"
        for path, body in CHANGING.items():
            answer = api.post(f"/api/v1/{path}", json=body, headers={**headers, "Idempotency-Key": "k"})
            assert answer.status_code == 401, path


def test_whoever_only_reads_changes_nothing_and_each_refusal_is_recorded(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    services.session.ledger(writing=True).recorder.start_run(make_run("run-1"))
    api = program(services)
    before = services.session.ledger().reader.chain_end()
    for path, body in CHANGING.items():
        answer = api.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 403, path
        assert "may not" in answer.json()["detail"]
    assert services.session.ledger().reader.chain_end() == before
    assert isinstance(services.visitors, OneVisitor)
    assert len(services.visitors.refusals) == len(CHANGING)


def test_whoever_may_see_one_cell_sees_that_one(tmp_path: Path) -> None:
    api = api_of(tmp_path, OF_ACME)
    assert [unit["address"] for unit in api.get("/api/v1/status").json()["units"]] == ["client/acme/app"]
    assert [cell["cell"] for cell in api.get("/api/v1/cells").json()["cells"]] == ["client/acme"]
    units = api.get("/api/v1/units").json()["units"]
    assert {unit["address"].rpartition("/")[0] for unit in units} == {"client/acme"}
    assert api.get("/api/v1/cells/client/acme").status_code == 200
    assert api.get("/api/v1/graph", params={"selector": "client/acme"}).status_code == 200
    for path in ("cells/client/globex", "units/client/globex/app", "addresses", "check", "graph"):
        assert api.get(f"/api/v1/{path}").status_code == 403, path
    for selectors in ([], ["client/globex"], ["client/*/app"]):
        body = {"kind": "plan", "selectors": selectors}
        assert api.post("/api/v1/runs", json=body).status_code == 403, selectors


def test_a_tag_lets_somebody_see_the_cells_that_have_it(tmp_path: Path) -> None:
    api = api_of(tmp_path, (Grant(Role.VIEWER, GrantScope(tags=frozenset({"eu"}))),))
    assert [cell["cell"] for cell in api.get("/api/v1/cells").json()["cells"]] == ["client/globex"]


def test_a_selector_that_matches_nothing_is_told_without_what_one_may_not_see(tmp_path: Path) -> None:
    api = api_of(tmp_path, OF_ACME)
    refused = api.post("/api/v1/runs", json={"kind": "plan", "selectors": ["client/globe"]})
    assert "no unit matches 'client/globe'" in refused.text
    assert "globex" not in refused.text


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"excludes": ["a.b"]}, "name the units whose resources are meant"),
        (
            {"selectors": ["client/acme"], "excludes": ["a.b"], "targets": ["a.c"]},
            "leave out either --target",
        ),
        ({"selectors": ["client/acme"], "excludes": ["-a.b"]}, "no address of a resource"),
        ({"selectors": ["client/acme"], "excludes": ["a.b"]}, "none of the selected units has 'a.b'"),
    ],
)
def test_what_a_run_leaves_out_is_checked(tmp_path: Path, parts: dict[str, object], told: str) -> None:
    api = program(services_that_run(tmp_path))
    refused = api.post("/api/v1/runs", json={"kind": "plan", **parts})
    assert refused.status_code in {409, 422}
    assert told in refused.text
    assert api.get("/api/v1/runs").json()["runs"] == []


def test_a_run_of_cells_that_somebody_may_not_see_is_not_shown(tmp_path: Path) -> None:
    grants = (Grant(Role.VIEWER, GrantScope(cells=("client/globex",))),)
    api = with_run(tmp_path, grants)  # its unit is acme's
    assert api.get("/api/v1/runs").json()["runs"] == []
    assert api.get("/api/v1/runs/run-1").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["runs/none", "cells/client/none", "cells/x/y", "units/client/acme/none", "units/A/b/c", "nothing"],
)
def test_what_is_not_there_is_a_problem_with_advice(tmp_path: Path, path: str) -> None:
    answer = api_of(tmp_path).get(f"/api/v1/{path}")
    assert answer.status_code == 404
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("about:blank", 404)
    assert problem["title"] == f"There is no such {'address' if path == 'nothing' else 'thing'}"


def test_findings_of_the_fleet_come_with_file_and_line(tmp_path: Path) -> None:
    api = api_of(tmp_path, acme="stacks:\n  nope: {}\n")
    answer = api.get("/api/v1/status")
    assert answer.status_code == 409
    [finding] = answer.json()["diagnostics"]
    assert (finding["file"], finding["line"]) == ("clients/acme.yaml", 2)
    assert api.get("/api/v1/check").json()["diagnostics"] == [finding]
    assert api.get("/api/v1/cells").json()["cells"][0]["state"] == "finding"


def test_a_list_is_read_page_by_page(tmp_path: Path) -> None:
    api = api_of(tmp_path)
    seen, where = [], "/api/v1/status?limit=1"
    while where:
        answer = api.get(where)
        seen += [unit["address"] for unit in answer.json()["units"]]
        where = answer.links["next"]["url"] if "link" in answer.headers else ""
    assert seen == sorted(api.get("/api/v1/status").json()["counts"] and seen)
    assert {"client/acme/app", "client/globex/app"} <= set(seen)


def test_what_the_client_has_already_is_not_sent_again(tmp_path: Path) -> None:
    api = api_of(tmp_path)
    tag = api.get("/api/v1/status").headers["etag"]
    again = api.get("/api/v1/status", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    (tmp_path / "clients" / "initech.yaml").write_text("{}\n")
    assert api.get("/api/v1/status", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_browser_needs_its_sessions_token_to_change_something(tmp_path: Path) -> None:
    services = services_that_run(tmp_path)
    browser = program(services, token="")
    browser.cookies.set("cellwright-session", COOKIE)
    body = {"kind": "plan"}
    assert browser.get("/api/v1/fleet").status_code == 200
    assert browser.post("/api/v1/runs", json=body).status_code == 403
    headers = {"x-csrf-token": CSRF, "origin": "http://evil.example"}
    assert browser.post("/api/v1/runs", json=body, headers=headers).status_code == 403
    assert browser.post("/api/v1/runs", json=body, headers={"x-csrf-token": CSRF}).status_code == 202


def test_a_request_that_is_sent_twice_under_one_key_is_carried_out_once(tmp_path: Path) -> None:
    api = program(services_that_run(tmp_path))
    body, key = {"kind": "plan"}, {"Idempotency-Key": "deploy-42"}
    first, second = (api.post("/api/v1/runs", json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(api.get("/api/v1/runs").json()["runs"]) == 1
    other = api.post("/api/v1/runs", json={"kind": "apply"}, headers=key)
    assert (other.status_code, other.json()["title"]) == (422, "The key was used before")
    assert api.post("/api/v1/runs", json=body, headers={"Idempotency-Key": "x" * 201}).status_code == 400


def test_a_request_that_failed_may_be_sent_again_under_its_key(tmp_path: Path) -> None:
    services = services_that_run(tmp_path)
    api = program(services)
    body, key = {"kind": "plan", "selectors": ["client/initech"]}, {"Idempotency-Key": "k"}
    assert api.post("/api/v1/runs", json=body, headers=key).status_code == 409
    (tmp_path / "clients" / "initech.yaml").write_text("{}\n")
    services.session.renew()
    assert api.post("/api/v1/runs", json=body, headers=key).status_code == 202


def test_an_answer_with_a_secret_is_kept_nowhere(tmp_path: Path) -> None:
    api = api_of(tmp_path)
    body, key = {"name": "team", "url": "https://example.com/"}, {"Idempotency-Key": "k"}
    made = api.post("/api/v1/webhooks", json=body, headers=key)
    secret = made.json()["secret"].removeprefix("whsec_")
    again = api.post("/api/v1/webhooks", json=body, headers=key)
    assert (again.status_code, again.json()["title"]) == (409, "It was carried out before")
    assert secret.encode() not in (tmp_path / ".cellwright" / "ledger.db").read_bytes()
    assert len(api.get("/api/v1/webhooks").json()["webhooks"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "destroy"},
        {"kind": "plan", "selectors": "client/acme"},
        {"kind": "plan", "parallel": 0},
        {"kind": "plan", "parallel": "2"},
        {"kind": "plan", "reason": "x" * 2001},
        {"kind": "plan", "reason": "a\x00b"},
        {"kind": "plan", "selectors": [""]},
        {"kind": "plan", "selectors": ["x"] * 101},
        {"kind": "plan", "unknown": 1},
        {"kind": "apply", "accept_state": "gone"},
    ],
)
def test_a_field_that_is_wrong_is_named(tmp_path: Path, body: dict[str, object]) -> None:
    answer = api_of(tmp_path).post("/api/v1/runs", json=body)
    assert answer.status_code == 422
    assert answer.json()["diagnostics"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"kind": "\\ud800"}', b"1e999"])
def test_what_is_no_json_document_is_refused(tmp_path: Path, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api_of(tmp_path).post("/api/v1/runs", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_page_s_end_names_what_somebody_may_not_see(tmp_path: Path) -> None:
    grants = (Grant(Role.VIEWER, GrantScope(cells=("client/globex",))),)
    api = with_run(tmp_path, grants, parts=(APP, UnitAddress("client", "globex", "app")))
    for path, most in (("status", 2), ("units", 2), ("runs/run-1/units", 1)):
        answer = api.get(f"/api/v1/{path}", params={"limit": most})
        assert answer.status_code == 200, path
        assert "acme" not in answer.text + str(answer.headers), path
        assert answer.json()["next"] is None, path
        assert answer.json()["units"], path
    summary = api.get("/api/v1/runs/run-1/summary").json()
    assert summary["units"] == 1
    assert api.get("/api/v1/runs").json()["runs"][0]["units"] == 1
    for unit, status in (("client/acme/app", 403), ("client/globex/none", 404), ("x", 404)):
        answer = api.get("/api/v1/runs/run-1/logs", params={"unit": unit})
        assert answer.status_code == status, unit
        assert unit == "x" or "acme/app" not in answer.text, unit
