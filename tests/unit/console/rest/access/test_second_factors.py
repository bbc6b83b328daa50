"""Second factors by the API: who sees them, and who removes them."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Role
from cellwright.app.people.api_tokens import TokenRequest, make_token
from cellwright.app.people.authenticator import begin_app, confirm_app
from cellwright.app.people.factors import factors_of
from cellwright.app.people.manage import InviteRequest, invite
from cellwright.app.people.sign_in import begin_session
from cellwright.app.people.standing import people_of
from cellwright.console.services import Services
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.passkeys import PasskeyRecord
from cellwright.ledger.people.records import Person
from unit.app.people.kit import HERE, SERVER, SetClock, actions, visitor_of
from unit.console.people_kit import first_admin_in, form_token_of, open_browser, people_services

REQUIRED = "console: {second_factor: required}\n"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Services:
    return people_services(tmp_path, clock)


@pytest.fixture
def ada(services: Services) -> TestClient:
    return first_admin_in(services)


def call(client: TestClient, method: str, path: str) -> Any:  # noqa: ANN401  the client's answer
    token = form_token_of(client.get("/account").text)
    return client.request(method, f"/api/v1/people/{path}", headers={"x-csrf-token": token})


def joined(services: Services, ada: TestClient, clock: SetClock) -> tuple[Person, TestClient]:
    """Let Grace in, with an app and a passkey; gives her browser, too."""
    session = services.session
    visitor = visitor_of(session, ada.cookies["cellwright-session"])
    asked = InviteRequest(login="grace", name="Grace", grants=(Grant(Role.VIEWER),))
    grace = invite(session, visitor, asked).person
    app = pyotp.TOTP(begin_app(session, grace).typed.replace(" ", ""))
    confirm_app(session, SERVER, grace, app.at(clock.now()))
    key = PasskeyRecord(id="key", person=grace.id, public_key="x", sign_count=0, transports=(), name="laptop")
    people_of(session).passkeys.add(key, EventDraft(SERVER, "passkey.added", "person:grace"))
    browser = open_browser(services)
    browser.cookies.set("cellwright-session", begin_session(session, grace, "passkey", HERE).secret)
    return grace, browser


def test_seen_by_their_owner_and_by_an_administrator(
    services: Services, ada: TestClient, clock: SetClock
) -> None:
    grace, browser = joined(services, ada, clock)
    shown = call(browser, "GET", "me/second-factors").json()
    assert shown == call(ada, "GET", f"{grace.id}/second-factors").json()
    assert [item["name"] for item in shown["passkeys"]] == ["laptop"]
    assert shown["app"]["recovery_codes_left"] == 10
    owner = visitor_of(services.session, ada.cookies["cellwright-session"]).id
    assert call(browser, "GET", f"{owner}/second-factors").status_code == HTTPStatus.FORBIDDEN
    assert call(browser, "GET", "p_0/second-factors").status_code == HTTPStatus.FORBIDDEN
    assert call(ada, "GET", "p_0/second-factors").status_code == HTTPStatus.NOT_FOUND


def test_ones_own_are_removed_one_by_one(services: Services, ada: TestClient, clock: SetClock) -> None:
    grace, browser = joined(services, ada, clock)
    assert call(browser, "DELETE", "me/second-factors/passkeys/key").status_code == HTTPStatus.NO_CONTENT
    assert call(browser, "DELETE", "me/second-factors/passkeys/key").status_code == HTTPStatus.CONFLICT
    assert call(browser, "DELETE", "me/second-factors/app").status_code == HTTPStatus.NO_CONTENT
    assert not factors_of(services.session, grace.id).any
    assert actions(services.session)[-2:] == ["passkey.removed", "totp.removed"]
    assert call(browser, "DELETE", "me/second-factors").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("path", ["", "/app", "/passkeys/key"])
def test_an_administrator_removes_what_was_lost_and_ends_its_sessions(
    services: Services, ada: TestClient, clock: SetClock, path: str
) -> None:
    grace, browser = joined(services, ada, clock)
    assert call(ada, "DELETE", f"{grace.id}/second-factors{path}").status_code == HTTPStatus.NO_CONTENT
    assert browser.get("/account").status_code == HTTPStatus.SEE_OTHER
    assert actions(services.session)[-1] == "session.others_ended"
    left = factors_of(services.session, grace.id)
    assert (left.app is None, left.passkeys == ()) == {
        "": (True, True),
        "/app": (True, False),
        "/passkeys/key": (False, True),
    }[path]


def test_neither_a_token_nor_a_browser_left_alone_removes_any(
    services: Services, ada: TestClient, clock: SetClock
) -> None:
    grace, _ = joined(services, ada, clock)
    visitor = visitor_of(services.session, ada.cookies["cellwright-session"])
    token = make_token(services.session, visitor, TokenRequest(name="ci", days=1)).text
    program = open_browser(services)
    program.headers["authorization"] = f"Bearer {token}"
    clock.pass_by(minutes=16)
    for path in ("", "/app", "/passkeys/key"):
        address = f"/api/v1/people/{grace.id}/second-factors{path}"
        assert program.delete(address).status_code == HTTPStatus.CONFLICT
        assert call(ada, "DELETE", f"{grace.id}/second-factors{path}").status_code == HTTPStatus.FORBIDDEN
    assert program.get(f"/api/v1/people/{grace.id}/second-factors").status_code == HTTPStatus.OK
    assert len(factors_of(services.session, grace.id).passkeys) == 1


def test_an_administrator_may_remove_the_last_one_where_all_need_one(tmp_path: Path, clock: SetClock) -> None:
    services = people_services(tmp_path / "required", clock)
    ada = first_admin_in(services)
    grace, browser = joined(services, ada, clock)
    with (services.session.root / "fleet.yaml").open("a") as file:
        file.write(REQUIRED)
    services.session.refresh()
    assert call(browser, "DELETE", "me/second-factors/app").status_code == HTTPStatus.NO_CONTENT
    assert call(browser, "DELETE", "me/second-factors/passkeys/key").status_code == HTTPStatus.CONFLICT
    assert call(ada, "DELETE", f"{grace.id}/second-factors/passkeys/key").status_code == HTTPStatus.NO_CONTENT
