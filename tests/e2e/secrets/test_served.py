"""Secrets of every form, in everything that a server serves: pages, the API, streams, archives, metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Role
from cellwright.api.records.events import event
from cellwright.app.people.api_tokens import TokenRequest, make_token
from cellwright.app.people.manage import InviteRequest, invite
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks.manage import WebhookRequest, create_webhook
from cellwright.app.webhooks.messages import write_message
from cellwright.console.services import Services
from cellwright.ledger.webhooks.values import MessageForm
from e2e.conftest import Start
from e2e.kit.program import Program
from e2e.secrets.canaries import CANARY, OF_MACHINE, canary_fleet, write_secrets
from e2e.secrets.served import Server, gets
from unit.app.people.kit import visitor_of
from unit.cli.mcp.kit import called, text_of
from unit.cli.mcp.test_reading import READING
from unit.console.people_kit import first_admin_in, form_token_of, open_browser, services_of

NONE = "none"
NO_PROVIDER = {"/sign-in/oidc"}


def test_no_form_of_a_secret_is_served(tmp_path: Path, program: Start) -> None:
    fleet = canary_fleet(tmp_path)
    cellwright = replace(program(fleet), environment=OF_MACHINE)
    cellwright.run("apply", "--yes").expect(0)
    write_secrets(fleet, "x")
    cellwright.run("plan").expect(0)
    cellwright.run("apply", "--yes").expect(1)
    services, lines = serve(cellwright), list[str]()
    services.log = lines.append
    ada = first_admin_in(services)
    parts = everything_of(services, ada, cellwright)
    seen: dict[str, int] = {}
    leaks = []
    for path, status, text in (
        *Server(ada, parts).answers(),
        *posted(ada),
        *asked(services, ada),
        *told(services),
        *assistant(cellwright, parts),
    ):
        seen[path] = status
        leaks += [
            (path, text[max(0, found.start() - 150) : found.end() + 50]) for found in CANARY.finditer(text)
        ]
    leaks += [("log", line) for line in lines if CANARY.search(line)]
    assert len(lines) > len(seen) / 2
    assert leaks == []
    assert len(seen) >= len(list(gets()))
    assert {path for path, status in seen.items() if status >= 500} <= NO_PROVIDER, "no provider here"


def posted(ada: TestClient) -> Iterator[tuple[str, int, str]]:
    """Yield what forms and calls answer that are refused, or look only, beside the secrets of the cell."""
    csrf = form_token_of(ada.get("/account").text)
    secret = "cnrytyped19"
    for path in ("/cells/client/acme/edit", "/cells/client/acme/edit/check", "/onboard", "/onboard/check"):
        for key, value in (
            ("stacks.app.fail", "y"),
            ("stacks.app.plain", secret),
            ("stacks.app.plain", secret + "-${cell.name}"),
            ("environment", "API_TOKEN: " + secret),
            ("nothing", secret),
        ):
            form = {"csrf": csrf, "name": "globex", "level": "client", key: value, "_start": "x"}
            answer = ada.post(path, data=form)
            yield f"{path} {key}", answer.status_code, answer.text
    headers = {"x-csrf-token": csrf}
    settings = {"stacks": {"app": {"plain": secret}}, "environment": {"API_TOKEN": secret}}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("clients/check", {"name": "globex", "settings": settings}),
        ("clients", {"name": "globex", "settings": settings}),
        (
            "cells/client/acme/files/check",
            {"files": {"clients/acme.yaml": f"stacks: {{app: {{plain: {secret}, plain: {secret}"}},
        ),
        (
            "cells/client/acme/files/check",
            {"files": {"clients/acme.yaml": f"stacks: {{app: {{plain: [{secret}], number: {secret}}}}}"}},
        ),
        ("runs", {"kind": secret}),
        ("tokens", {"name": "x", "days": secret}),
        ("webhooks", {"name": "x", "url": f"https://ada:{secret}@example.com/"}),
        ("webhooks", {"name": "x", "url": f"ftp://example.com/{secret}"}),
        ("people", {"login": secret, "name": 1}),
    ]
    for path, body in bodies:
        answer = ada.post(f"/api/v1/{path}", json=body, headers=headers)
        yield f"{path} {sorted(body)}", answer.status_code, answer.text


def asked(services: Services, ada: TestClient) -> Iterator[tuple[str, int, str]]:
    """Yield what is answered to requests that hold a secret."""
    stranger = open_browser(services)
    for own in ("/nothing/cnrypath40", "/cells?token=cnryquery41"):
        ada.get(own)  # links of the page lead to its own address; the log must not have it
    for path in (
        "/cells/client/acme/edit?stacks.app.plain=cnryquery42",
        "/onboard?stacks.app.plain=cnryquery43&environment.API_TOKEN=cnryquery44",
        "/oidc/callback?code=cnrycode45&state=cnrystate46&error_description=cnryerror47",
        "/welcome/cnrylink48",
        "/sign-in/second?code=cnrycode49",
    ):
        for browser in (ada, stranger):
            answer = browser.get(path)
            location = answer.headers.pop("location", "")
            assert not location or location.startswith("/sign-in"), location
            yield path, answer.status_code, f"{answer.headers}{answer.text}"
    header = {"authorization": "Bearer cnrybearer50", "idempotency-key": "cnrykey51", "accept": "text/html"}
    for path in ("/api/v1/me", "/metrics", "/cells"):
        answer = stranger.get(path, headers=header)
        yield f"{path} with a token", answer.status_code, f"{answer.headers}{answer.text}"
    password = {"login": "ada", "password": "cnrypassword52", "next": "/cells"}
    answer = stranger.post("/sign-in", data=password)
    yield "/sign-in", answer.status_code, f"{answer.headers}{answer.text}"
    csrf = form_token_of(ada.get("/account").text)
    changed = {"csrf": csrf, "present": "cnrypassword53", "wanted": "cnry5"}
    for path in ("/account/password", "/account/confirm", "/account/app"):
        answer = ada.post(path, data={**changed, "password": "cnrypassword54", "code": "cnrycode55"})
        yield f"POST {path}", answer.status_code, f"{answer.headers}{answer.text}"
    for url in (
        "https://hooks.test/services/cnryhook56",
        "https://ada:cnryhook57@hooks.test/",
        "http://[cnryhook58",
    ):
        answer = ada.post("/webhooks", data={"csrf": csrf, "name": "", "url": url, "form": "standard"})
        yield f"POST /webhooks {url}", answer.status_code, f"{answer.headers}{answer.text}"


def told(services: Services) -> Iterator[tuple[str, int, str]]:
    """Yield what webhooks are told of every event, in each form."""
    for item in services.session.ledger().reader.events(0, 10_000):
        for form in MessageForm:
            yield f"{item.action} {form}", 200, write_message(item, form, event, "https://a.test").decode()


def assistant(cellwright: Program, parts: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int, str]]:
    """Yield what each reading tool answers to an assistant."""
    unit = {"unit": "client/acme/app"}
    more = {"explain": [unit], "run": [{"run": run} for run in parts["run"]]}
    for name in READING:
        for arguments in more.get(name, [{}]):
            found = called(cellwright.fleet.root, name, **arguments)
            yield f"tool {name}", 200, f"{text_of(found)}{found.structured_content}"


def serve(cellwright: Program) -> Services:
    location = Location(fleet=cellwright.fleet.root, environment=cellwright.clean())
    return services_of(FleetSession(location))


def everything_of(services: Services, ada: TestClient, cellwright: Program) -> dict[str, tuple[str, ...]]:
    """Make one of each thing that a server has pages of, and give what stands for each part of a path."""
    session, csrf = services.session, form_token_of(ada.get("/account").text)
    who = visitor_of(session, ada.cookies["cellwright-session"])
    grace = invite(session, who, InviteRequest(login="grace", name="Grace", grants=(Grant(Role.VIEWER),)))
    token = make_token(session, who, TokenRequest(name="laptop", days=7))
    url = "https://example.com/hook/cnrywebhook15?token=cnrywebhook16"
    hook = create_webhook(session, who.actor, WebhookRequest(name="team", url=url)).webhook
    today = f"{session.now():%Y-%m-%d}"
    headers = {"x-csrf-token": csrf}
    made = ada.post("/api/v1/evidence", json={"since": today, "until": today}, headers=headers)
    assert made.status_code == 201, made.text
    evidence = made.headers["location"].rpartition("/")[2]
    runs = tuple(item["run"] for item in cellwright.look("runs", "--json").document["runs"])
    return {
        "level": ("client",),
        "cell": ("acme",),
        "name": ("acme",),
        "stack": ("app", "network"),
        "run": runs,
        "run_id": runs,
        "rollout": (NONE,),
        "rollout_id": (NONE,),
        "person": (grace.person.id,),
        "token": (token.record.id,),
        "webhook": (hook.id,),
        "evidence": (evidence,),
        "kept": (evidence,),
        "number": ("1",),
        "ending": ("json", "pdf"),
        "sequence": ("1", "2", "3"),
    }
