"""Signing in and out, and one-time links, as a browser does it."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.secret import form_token
from cellwright.app.people.sign_in import MOST_OF_NAME
from cellwright.app.people.welcome import first_admin_token
from unit.app.people.kit import GOOD, SERVER, SetClock, actions, events
from unit.console.people_kit import ADA, SECURE, first_admin_in, open_browser, people_services

COOKIE = "cellwright-session"


@pytest.fixture
def ada(tmp_path: Path) -> TestClient:
    return first_admin_in(people_services(tmp_path))


def test_the_first_admin_follows_their_link(tmp_path: Path) -> None:
    services = people_services(tmp_path)
    client = open_browser(services)
    token = first_admin_token(services.session, SERVER)
    page = client.get(f"/welcome/{token}")
    assert "You are the first" in page.text
    answer = client.post(f"/welcome/{token}", data=ADA)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == "/"
    assert COOKIE in client.cookies
    again = open_browser(services).post(f"/welcome/{token}", data=ADA)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "used before" in again.text


def test_what_is_wrong_is_said_beside_what_was_typed(tmp_path: Path) -> None:
    services = people_services(tmp_path)
    token = first_admin_token(services.session, SERVER)
    typed = {**ADA, "password": "short", "name": "<b>Ada</b>"}
    answer = open_browser(services).post(f"/welcome/{token}", data=typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "at least 12 characters" in answer.text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in answer.text
    assert "<b>Ada" not in answer.text
    assert "short" not in answer.text, "a password is never shown"


def test_an_unknown_link_is_explained(tmp_path: Path) -> None:
    answer = open_browser(people_services(tmp_path)).get("/welcome/unknown")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "ask an admin for a new one" in answer.text


def test_signing_in_leads_back_to_the_page_that_was_wanted(ada: TestClient) -> None:
    ada.cookies.clear()
    page = ada.get("/sign-in?next=/runs%3Fq%3Da")
    assert 'value="/runs?q=a"' in page.text
    answer = ada.post("/sign-in", data={"login": "ada", "password": GOOD, "next": "/runs?q=a"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == "/runs?q=a"


@pytest.mark.parametrize(
    "wanted",
    ["https://example.com", "//example.com", "/\\example.com", "/\t/example.com", "javascript:alert(1)"],
)
def test_signing_in_leads_nowhere_else(ada: TestClient, wanted: str) -> None:
    assert ada.get("/sign-in", params={"next": wanted}).headers["location"] == "/"
    ada.cookies.clear()
    answer = ada.post("/sign-in", data={"login": "ada", "password": GOOD, "next": wanted})
    assert answer.headers["location"] == "/"


def test_a_session_that_was_planted_is_not_taken_over(ada: TestClient) -> None:
    ada.cookies.clear()
    planted = "chosen-by-somebody-else"
    ada.cookies.set(COOKIE, planted)
    answer = ada.post("/sign-in", data={"login": "ada", "password": GOOD})
    given = answer.cookies[COOKIE]
    assert given != planted
    ada.cookies.clear()
    ada.cookies.set(COOKIE, planted)
    assert ada.get("/account").status_code == HTTPStatus.SEE_OTHER


@pytest.mark.parametrize(("address", "name"), [("http://console.test", COOKIE), (SECURE, f"__Host-{COOKIE}")])
def test_the_cookie_has_its_flags(tmp_path: Path, address: str, name: str) -> None:
    services = people_services(tmp_path, address=address)
    first_admin_in(services)
    answer = open_browser(services).post("/sign-in", data={"login": "ada", "password": GOOD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{name}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert ("Secure" in cookie) is (address == SECURE)


def test_wrong_names_and_wrong_passwords_get_the_same_answer(ada: TestClient) -> None:
    ada.cookies.clear()
    answers = [
        ada.post("/sign-in", data={"login": login, "password": "wrong password!"}) for login in ("ada", "eve")
    ]
    assert {answer.status_code for answer in answers} == {HTTPStatus.UNAUTHORIZED}
    pages = {answer.text.replace("ada", "X").replace("eve", "X") for answer in answers}
    assert len({_without_nonces(page) for page in pages}) == 1
    assert not ada.cookies


def test_too_many_attempts_are_told_to_wait(ada: TestClient) -> None:
    ada.cookies.clear()
    for _ in range(MOST_OF_NAME):
        ada.post("/sign-in", data={"login": "ada", "password": "wrong password!"})
    answer = ada.post("/sign-in", data={"login": "ada", "password": GOOD})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "wait 15 minutes" in answer.text


def test_a_form_from_another_site_signs_nobody_in(ada: TestClient) -> None:
    ada.cookies.clear()
    typed = {"login": "ada", "password": GOOD}
    answer = ada.post("/sign-in", data=typed, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not ada.cookies


@pytest.mark.parametrize(
    "typed", [{}, {"login": "x" * 2000, "password": GOOD}, {"login": "<script>", "password": ""}]
)
def test_bad_input_is_refused_plainly(ada: TestClient, typed: dict[str, str]) -> None:
    ada.cookies.clear()
    answer = ada.post("/sign-in", data=typed)
    assert answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert "<script>" not in answer.text


def test_signing_out_ends_the_session_in_the_ledger(tmp_path: Path) -> None:
    services = people_services(tmp_path)
    client = first_admin_in(services)
    secret = client.cookies[COOKIE]
    answer = client.post("/sign-out", data={"csrf": form_token(secret)})
    assert answer.headers["location"] == "/sign-in"
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, secret)
    assert client.get("/account").headers["location"].startswith("/sign-in")
    assert actions(services.session)[-1] == "person.signed_out"


def test_signing_out_needs_the_sessions_own_form(tmp_path: Path) -> None:
    services = people_services(tmp_path)
    ada = first_admin_in(services)
    assert ada.post("/sign-out", data={"csrf": "0"}).status_code == HTTPStatus.FORBIDDEN
    refused = events(services.session)[-1]
    assert (refused.action, refused.actor) == ("form.refused", "Ada Lovelace <ada@example.com>")
    assert refused.detail["path"] == "/sign-out"


def test_the_record_of_a_refused_form_holds_no_links_secret(tmp_path: Path) -> None:
    services = people_services(tmp_path)
    token = first_admin_token(services.session, SERVER)
    client = open_browser(services)
    answer = client.post(f"/welcome/{token}", data=ADA, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    refused = events(services.session)[-1]
    assert (refused.action, refused.actor, refused.detail["path"]) == (
        "form.refused",
        "a stranger",
        "/welcome/{token}",
    )


def test_an_idle_session_has_to_sign_in_again(tmp_path: Path) -> None:
    clock = SetClock()
    client = first_admin_in(people_services(tmp_path, clock))
    assert client.get("/sign-in").status_code == HTTPStatus.SEE_OTHER
    clock.pass_by(hours=2)
    assert client.get("/sign-in").status_code == HTTPStatus.OK


def _without_nonces(page: str) -> str:
    return re.sub(r'nonce="[^"]*"', "", page)
