"""What whoever operates the server sees of it."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.webhooks import manage
from cellwright.console.application import create_application
from cellwright.console.services import Services
from cellwright.web.outgoing import Outgoing
from unit.app.kit import ADA, make_run
from unit.console.kit import ADDRESS, TOKEN, make_services
from unit.console.rest.kit import TWO, VIEWER, program


def test_it_is_ready_while_ledger_and_fleet_can_be_read(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    services.session.ledger(writing=True)
    api = program(services, token="")
    assert api.get("/readyz").json() == {"status": "ok", "ledger": "ok", "fleet": "ok"}
    services.session.close()
    (tmp_path / ".cellwright" / "ledger.db").write_bytes(b"no database" * 100)
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "ledger": "unavailable", "fleet": "ok"}
    assert api.get("/healthz").json() == {"status": "ok"}


def test_what_can_t_be_answered_without_the_ledger_is_to_be_asked_again(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    services.session.ledger(writing=True)
    services.session.close()
    (tmp_path / ".cellwright" / "ledger.db").write_bytes(b"no database" * 100)
    answer = program(services).get("/api/v1/runs")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "is no ledger" in answer.json()["detail"]


def test_figures_are_for_whoever_may_read_the_whole_fleet(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    assert program(services, token="").get("/metrics").status_code in {303, 401}
    assert program(services).get("/metrics").status_code == 200
    scoped = make_services(tmp_path, (Grant(Role.VIEWER, GrantScope(levels=frozenset({"client"}))),), **TWO)
    assert program(scoped).get("/metrics").status_code == 403
    open_to_all = make_services(tmp_path, (), **TWO)
    open_to_all.settings = replace(open_to_all.settings, open_metrics=True)
    assert program(open_to_all, token="").get("/metrics").status_code == 200


def test_figures_count_requests_by_route_and_what_the_ledger_holds(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    ledger = services.session.ledger(writing=True)
    ledger.recorder.start_run(make_run("run-1"))
    made = manage.create_webhook(
        services.session, ADA, manage.WebhookRequest(name="a", url="https://example.com")
    )
    manage.send_test(services.session, ADA, made.webhook.id)
    api = program(services)
    api.get("/api/v1/cells/client/acme")
    api.get("/api/v1/cells/client/none")
    api.get("/api/v1/secret-in-a-path")
    text = api.get("/metrics").text
    route = 'method="GET",route="/api/v1/cells/{level}/{cell}"'
    assert f'cellwright_http_requests_total{{{route},status="200"}} 1.0' in text
    assert f'cellwright_http_requests_total{{{route},status="404"}} 1.0' in text
    for line in (
        'cellwright_runs{status="running"} 1.0',
        'cellwright_units_in_runs{state="pending"} 1.0',
        'cellwright_webhook_deliveries{state="pending"} 1.0',
        "cellwright_open_approvals 0.0",
        "cellwright_ledger_up 1.0",
        "process_resident_memory_bytes",
    ):
        assert line in text
    assert "secret-in-a-path" not in text


def test_figures_say_when_the_ledger_can_not_be_read(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    services.settings = replace(services.settings, open_metrics=True)
    (tmp_path / ".cellwright").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / ".cellwright" / "ledger.db").write_bytes(b"no database" * 100)
    text = program(services, token="").get("/metrics").text
    assert "cellwright_ledger_up 0.0" in text


def logged(services: Services, *paths: str, token: str = TOKEN) -> list[Mapping[str, object]]:
    lines: list[str] = []
    services.log = lines.append
    api = program(services, token)
    for path in paths:
        api.get(path)
    return [json.loads(line) for line in lines]


def test_each_request_is_a_line_that_names_the_visitor_and_no_secret(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    paths = ("/api/v1/runs/run-1?q=hunter2", "/welcome/hunter2", "/static/hunter2", "/nothing/hunter2")
    found = logged(services, *paths)
    assert "hunter2" not in json.dumps(found)
    assert TOKEN not in json.dumps(found)
    first = found[0]
    assert (first["route"], first["run"], first["status"]) == ("/api/v1/runs/{run}", "run-1", 404)
    assert (first["visitor"], first["by"], first["level"]) == ("ada", "token", "info")
    assert found[-1]["status"] == 404
    [stranger] = logged(services, "/api/v1/runs", token="stolen")
    assert (stranger["status"], stranger["visitor"]) == (401, None)
    assert "stolen" not in json.dumps(stranger)


def test_while_it_serves_webhooks_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[bytes] = []

    def post(_self: Outgoing, _url: str, body: bytes, _headers: Mapping[str, str]) -> int:
        got.append(body)
        return 204

    monkeypatch.setattr(Outgoing, "post", post)
    services = make_services(tmp_path, (), **TWO)
    made = manage.create_webhook(
        services.session, ADA, manage.WebhookRequest(name="a", url="https://example.com")
    )
    with TestClient(create_application(services), base_url=ADDRESS):
        manage.send_test(services.session, ADA, made.webhook.id)
        until = time.monotonic() + 20
        while not got and time.monotonic() < until:
            time.sleep(0.05)
    assert json.loads(got[0])["type"] == "webhook.tested"
