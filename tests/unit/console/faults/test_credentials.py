"""Tokens and sessions that have expired, or were revoked: strangers, everywhere, and on record."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.visitor import Visitor
from cellwright.app.people.api_tokens import TokenRequest, make_token, revoke_token
from cellwright.console.services import Services
from unit.app.people.kit import GOOD, SetClock, actions, events, visitor_of
from unit.console.people_kit import first_admin_in, form_token_of, open_browser, people_services

PAGES = ("/", "/runs", "/cells/client/acme", "/account", "/events?actor=ada")
CALLS = ("fleet", "runs", "cells/client/acme", "me", "events/latest")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Services:
    return people_services(tmp_path, clock)


@pytest.fixture
def browser(services: Services) -> TestClient:
    return first_admin_in(services)


def ada_of(services: Services, browser: TestClient) -> Visitor:
    return visitor_of(services.session, browser.cookies["cellwright-session"])


def are_strangers(client: TestClient, headers: dict[str, str]) -> None:
    for call in CALLS:
        answer = client.get(f"/api/v1/{call}", headers=headers)
        assert answer.status_code == 401, call
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["title"] == "Sign in, or send an API token"
    answer = client.post("/api/v1/clients", json={"name": "initech"}, headers=headers)
    assert answer.status_code == 401
    for page in PAGES:
        answer = client.get(page, headers=headers)
        assert answer.status_code == 303, page
        assert answer.headers["location"].startswith("/sign-in"), page


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_token(services: Services, browser: TestClient, clock: SetClock, how: str) -> None:
    ada = ada_of(services, browser)
    made = make_token(services.session, ada, TokenRequest(name="laptop", days=1))
    program, headers = open_browser(services), {"authorization": f"Bearer {made.text}"}
    assert program.get("/api/v1/fleet", headers=headers).status_code == 200
    if how == "expired":
        clock.pass_by(days=1)
    else:
        revoke_token(services.session, ada, made.record.id)
    are_strangers(program, headers)
    refused = [event for event in events(services.session) if event.action == "token.refused"]
    assert {event.subject for event in refused} == {f"token:{made.record.id}"}
    assert ("token.revoked" in actions(services.session)) is (how == "revoked")


@pytest.mark.parametrize("how", ["expired", "revoked", "signed out"])
def test_a_session(services: Services, browser: TestClient, clock: SetClock, how: str) -> None:
    ada = ada_of(services, browser)
    secret = browser.cookies["cellwright-session"]
    csrf = form_token_of(browser.get("/account").text)
    if how == "expired":
        clock.pass_by(days=30)
    elif how == "revoked":
        other = ada_elsewhere(services)
        form = {"csrf": form_token_of(other.get("/account").text)}
        assert other.post(f"/account/sessions/{ada.session}/end", data=form).status_code == 303
        assert "session.ended" in actions(services.session)
    else:
        assert browser.post("/sign-out", data={"csrf": csrf}).status_code == 303
    late = open_browser(services)
    late.cookies.set("cellwright-session", secret)
    are_strangers(late, {})
    assert late.post("/onboard", data={"csrf": csrf, "name": "initech"}).status_code in {303, 403}
    assert not (services.session.root / "clients/initech").exists()


def ada_elsewhere(services: Services) -> TestClient:
    client = open_browser(services)
    answer = client.post("/sign-in", data={"login": "ada", "password": GOOD})
    assert answer.status_code == 303, answer.text
    return client
