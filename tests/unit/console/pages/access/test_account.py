"""The account's page: password and sessions."""

from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.console.people.browser_name import browser_name
from cellwright.console.services import Services
from unit.app.people.kit import GOOD, OTHER, actions
from unit.console.people_kit import first_admin_in, form_token_of, open_browser, people_services

COOKIE = "cellwright-session"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return people_services(tmp_path)


@pytest.fixture
def ada(services: Services) -> TestClient:
    return first_admin_in(services)


def signed_in_again(services: Services) -> TestClient:
    client = open_browser(services)
    client.headers["user-agent"] = "<script>alert(1)</script>"
    assert (
        client.post("/sign-in", data={"login": "ada", "password": GOOD}).status_code == HTTPStatus.SEE_OTHER
    )
    return client


def test_it_shows_roles_and_sessions(services: Services, ada: TestClient) -> None:
    signed_in_again(services)
    page = ada.get("/account").text
    assert "the whole fleet" in page
    assert "this one" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert ada.cookies[COOKIE] not in page


def test_another_session_is_ended(services: Services, ada: TestClient) -> None:
    other = signed_in_again(services)
    page = ada.get("/account").text
    place = page.split('action="/account/sessions/s_')[1].split('"')[0]
    answer = ada.post(f"/account/sessions/s_{place}", data={"csrf": form_token_of(page)})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert other.get("/account").headers["location"].startswith("/sign-in")
    assert ada.get("/account").status_code == HTTPStatus.OK
    assert actions(services.session)[-1] == "session.ended"


def test_all_others_are_ended(services: Services, ada: TestClient) -> None:
    others = [signed_in_again(services) for _ in range(2)]
    token = form_token_of(ada.get("/account").text)
    ada.post("/account/sessions/others/end", data={"csrf": token})
    assert [other.get("/account").status_code for other in others] == [HTTPStatus.SEE_OTHER] * 2
    assert ada.get("/account").status_code == HTTPStatus.OK


def test_a_session_of_nobodys_is_explained(ada: TestClient) -> None:
    token = form_token_of(ada.get("/account").text)
    answer = ada.post("/account/sessions/s_0/end", data={"csrf": token})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "no such session" in answer.text


def test_the_password_is_changed_and_other_sessions_end(services: Services, ada: TestClient) -> None:
    other = signed_in_again(services)
    token = form_token_of(ada.get("/account").text)
    answer = ada.post("/account/password", data={"csrf": token, "present": GOOD, "wanted": OTHER})
    assert answer.headers["location"] == "/account?done=password"
    assert "Your password is changed" in ada.get("/account?done=password").text
    assert other.get("/account").status_code == HTTPStatus.SEE_OTHER
    ada.cookies.clear()
    assert (
        ada.post("/sign-in", data={"login": "ada", "password": GOOD}).status_code == HTTPStatus.UNAUTHORIZED
    )
    assert ada.post("/sign-in", data={"login": "ada", "password": OTHER}).status_code == HTTPStatus.SEE_OTHER


@pytest.mark.parametrize(
    ("present", "wanted", "told"),
    [
        ("wrong password!", OTHER, "is wrong"),
        (GOOD, "short", "at least 12"),
        (GOOD, "adalovelace12", "little more than your name"),
    ],
)
def test_a_password_is_not_changed_without_reason(
    services: Services, ada: TestClient, present: str, wanted: str, told: str
) -> None:
    token = form_token_of(ada.get("/account").text)
    answer = ada.post("/account/password", data={"csrf": token, "present": present, "wanted": wanted})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert told in answer.text
    signed_in_again(services)


def test_strangers_see_no_account(services: Services) -> None:
    assert open_browser(services).get("/account").headers["location"] == "/sign-in?next=%2Faccount"


REASON = "production is down, nobody else is awake"


def test_the_glass_is_broken_marked_on_every_page_and_given_back(services: Services, ada: TestClient) -> None:
    token = form_token_of(ada.get("/account").text)
    wanted = {"csrf": token, "role": "approver", "reason": REASON, "minutes": "30"}
    assert ada.post("/account/break-glass", data=wanted).headers["location"] == "/account?done=glass"
    assert f"You act beyond your role for now: {REASON}" in ada.get("/tokens").text
    page = ada.get("/account").text
    place = page.split('action="/people/')[1].split('"')[0]
    assert ada.post(f"/people/{place}", data={"csrf": token}).headers["location"] == "/account"
    assert REASON not in ada.get("/tokens").text
    assert [
        action for action in actions(services.session) if action in ("glass.broken", "role.withdrawn")
    ] == [
        "glass.broken",
        "role.withdrawn",
    ]


def test_the_glass_is_not_broken_without_a_reason(ada: TestClient) -> None:
    token = form_token_of(ada.get("/account").text)
    for fields in ({"reason": "no"}, {"role": "admin"}, {"minutes": "0"}, {"role": ""}):
        wanted = {"csrf": token, "role": "approver", "reason": REASON, "minutes": "30", **fields}
        answer = ada.post("/account/break-glass", data=wanted)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
            "Edge on Windows",
        ),
        ("curl/8.5", "curl/8.5"),
        ("", "an unknown browser"),
        ("x" * 100, "x" * 60 + "…"),
    ],
)
def test_browsers_are_named_in_a_few_words(agent: str, name: str) -> None:
    assert browser_name(agent) == name
