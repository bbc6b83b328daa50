"""The pages of people and tokens."""

import re
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from cellwright.console.services import Services
from unit.app.people.kit import GOOD, OTHER, SetClock, actions, events
from unit.console.people_kit import ADDRESS, first_admin_in, form_token_of, open_browser, people_services

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return people_services(tmp_path)


@pytest.fixture
def ada(services: Services) -> TestClient:
    return first_admin_in(services)


def send(client: TestClient, path: str, **fields: object) -> Any:  # noqa: ANN401  the client's answer
    token = form_token_of(client.get("/account").text)
    return client.post(path, data={"csrf": token, **fields})


def invite(services: Services, ada: TestClient, login: str = "grace", **fields: object) -> TestClient:
    """Invite somebody, and let them follow their link."""
    typed = {"login": login, "name": login.title(), "role": "viewer", **fields}
    page = send(ada, "/people/invite", **typed)
    assert page.status_code == HTTPStatus.OK, page.text
    link = re.search(r'value="(http[^"]*/welcome/[^"]+)"', page.text)
    assert link is not None
    client = open_browser(services)
    answer = client.post(link[1].removeprefix(ADDRESS), data={"password": OTHER})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return client


def place_of(ada: TestClient, name: str) -> str:
    found = re.search(rf'href="(/people/p_[0-9a-f]+)">{name}<', ada.get("/people").text)
    assert found is not None
    return found[1]


def test_somebody_is_invited_and_given_another_role(services: Services, ada: TestClient) -> None:
    grace = invite(services, ada, levels=["client"])
    assert "level client" in grace.get("/account").text
    place = place_of(ada, "Grace")
    answer = send(ada, f"{place}/roles", role="operator", cells="client/acme, client/eu-*", reason="on call")
    assert answer.headers["location"] == place
    page = ada.get(place).text
    assert "client/acme, client/eu-*" in page
    assert "on call" in page
    assert "client/eu-*" in ada.get("/people?q=GRACE").text
    assert "Nobody has this name" in ada.get("/people?q=linus").text


def test_a_role_is_taken_away(services: Services, ada: TestClient) -> None:
    invite(services, ada)
    place = place_of(ada, "Grace")
    found = re.search(rf'action="({place}/roles/g_[0-9a-f]+/withdraw)"', ada.get(place).text)
    assert found is not None
    assert send(ada, found[1]).headers["location"] == place
    assert "No roles" in ada.get(place).text
    assert send(ada, found[1]).status_code == HTTPStatus.CONFLICT


def test_somebody_is_disabled_and_enabled(services: Services, ada: TestClient) -> None:
    grace = invite(services, ada)
    place = place_of(ada, "Grace")
    send(ada, f"{place}/disable")
    assert grace.get("/account").headers["location"].startswith("/sign-in")
    assert "sessions have ended" in ada.get(place).text
    send(ada, f"{place}/enable")
    typed = {"login": "grace", "password": OTHER}
    assert open_browser(services).post("/sign-in", data=typed).status_code == HTTPStatus.SEE_OTHER


def test_a_link_for_a_new_password_is_shown_once(services: Services, ada: TestClient) -> None:
    invite(services, ada)
    place = place_of(ada, "Grace")
    page = send(ada, f"{place}/link")
    assert f"{ADDRESS}/welcome/" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "/welcome/" not in ada.get(place).text


def test_the_last_admin_stays(ada: TestClient) -> None:
    place = place_of(ada, "Ada Lovelace")
    answer = send(ada, f"{place}/disable")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "nobody who may manage people" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": EVIL},
        {"login": EVIL},
        {"email": EVIL},
        {"login": "\u0430da"},
        {"name": ""},
        {"role": EVIL},
        {"levels": [EVIL]},
        {"cells": EVIL},
        {"login": "ada"},
    ],
)
def test_what_can_not_be_is_explained_and_nothing_is_run(ada: TestClient, fields: dict[str, object]) -> None:
    typed = {"login": "grace", "name": "Grace", "role": "viewer", **fields}
    answer = send(ada, "/people/invite", **typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert EVIL not in answer.text
    assert 'href="/people/p_' in ada.get("/people").text
    assert "Grace" not in ada.get("/people").text


@pytest.mark.parametrize("fields", [{"name": "x" * 5000}, {"levels": ["client"] * 200}, {"days": "many"}])
def test_fields_that_are_too_long_or_of_another_kind(ada: TestClient, fields: dict[str, object]) -> None:
    path = "/tokens" if "days" in fields else "/people/invite"
    answer = send(ada, path, **{"login": "grace", "name": "Grace", **fields})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/people"),
        ("GET", "/people/invite"),
        ("POST", "/people/invite"),
        ("GET", "{ada}"),
        ("POST", "{ada}/roles"),
        ("POST", "{ada}/disable"),
        ("POST", "{ada}/enable"),
        ("POST", "{ada}/link"),
    ],
)
def test_only_an_admin_manages_people_and_others_are_on_record(
    services: Services, ada: TestClient, method: str, path: str
) -> None:
    grace = invite(services, ada, role="operator")
    wanted = path.format(ada=place_of(ada, "Ada Lovelace"))
    typed = {"role": "admin", "login": "eve", "name": "Eve"}
    answer = grace.get(wanted) if method == "GET" else send(grace, wanted, **typed)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert actions(services.session)[-1] == "access.refused"
    assert open_browser(services).get("/people").headers["location"] == "/sign-in?next=%2Fpeople"


def test_who_signed_in_long_ago_shows_again_who_they_are(tmp_path: Path) -> None:
    clock = SetClock()
    ada = first_admin_in(people_services(tmp_path, clock))
    place = place_of(ada, "Ada Lovelace")
    clock.pass_by(minutes=16)
    typed = {"role": "viewer", "login": "eve", "name": "Eve", "days": "7"}
    for path in ("/people/invite", f"{place}/roles", f"{place}/link", "/tokens"):
        ada.headers["referer"] = f"{ADDRESS}{path}?q=1"
        answer = send(ada, path, **typed)
        assert answer.headers["location"] == f"/account/confirm?{urlencode({'next': f'{path}?q=1'})}", path
    shown = {"password": GOOD, "next": "/tokens"}
    assert send(ada, "/account/confirm", **shown).headers["location"] == "/tokens"
    assert "cwt_" in send(ada, "/tokens", **typed).text
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert send(ada, "/account/confirm", password=GOOD, next=wanted).headers["location"] == "/"


def test_a_person_who_is_nobody(ada: TestClient) -> None:
    assert ada.get("/people/p_0").status_code == HTTPStatus.NOT_FOUND
    assert send(ada, "/people/p_0/disable").status_code == HTTPStatus.CONFLICT


def test_a_token_is_shown_once_used_and_revoked(services: Services, ada: TestClient) -> None:
    made = send(ada, "/tokens", name="laptop", days="7")
    found = re.search(r'value="(cwt_[^"]+)"', made.text)
    assert found is not None
    token = found[1]
    page = ada.get("/tokens").text
    assert token not in page
    assert f"cwt_{token.split('_')[1]}_" in page
    program = open_browser(services)
    program.headers.update({"authorization": f"Bearer {token}"})
    assert program.get("/tokens").status_code == HTTPStatus.OK
    assert send(ada, f"/tokens/{token.split('_')[1]}/revoke").headers["location"] == "/tokens"
    assert program.get("/tokens").headers["location"].startswith("/sign-in")
    assert "revoked" in ada.get("/tokens?state=all").text
    assert "laptop" not in ada.get("/tokens").text


def test_a_service_gets_a_token_that_acts_for_others(services: Services, ada: TestClient) -> None:
    answer = send(ada, "/people/invite", login="ci", name="CI", service="true", role="operator")
    owner = answer.headers["location"].removeprefix("/people/")
    made = send(ada, "/tokens", name="pipeline", days="30", owner=owner, act_for="true")
    assert "cwt_" in made.text
    assert "acts for others" in ada.get("/tokens").text
    assert "A program" in ada.get(f"/people/{owner}").text
    found = re.search(r'value="(cwt_[^"]+)"', made.text)
    assert found is not None
    program = open_browser(services)
    program.headers.update({"authorization": f"Bearer {found[1]}"})
    named = {b"x-cellwright-acts-for": "Zoë Müller".encode()}
    answer = program.post(f"/tokens/{found[1].split('_')[1]}/revoke", headers=named)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    revoked = events(services.session)[-1]
    assert (revoked.action, revoked.actor) == ("token.revoked", "Zoë Müller")
    assert "pipeline" in str(revoked.detail["identity"])


def test_a_token_with_faults_is_not_made(ada: TestClient) -> None:
    answer = send(ada, "/tokens", name=EVIL, days="7")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert EVIL not in answer.text
    assert EVIL in unescape(answer.text)
    assert "No tokens" in ada.get("/tokens").text


def test_others_tokens_are_not_to_be_seen(services: Services, ada: TestClient) -> None:
    send(ada, "/tokens", name="secret plan", days="7")
    grace = invite(services, ada)
    assert "secret plan" not in grace.get("/tokens?state=all").text
    assert "Acts for others" not in grace.get("/tokens").text
    assert send(grace, "/tokens", name="x", days="7", act_for="true").status_code == HTTPStatus.FORBIDDEN
