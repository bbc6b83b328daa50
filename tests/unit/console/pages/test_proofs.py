"""Passkeys, apps and single sign-on as a browser meets them: each way in, each page, no way elsewhere."""

import re
from http import HTTPStatus
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient

from cellwright.access.oidc.directory import Directory
from cellwright.access.roles import Grant, Role
from cellwright.app.people.factors import factors_of
from cellwright.app.people.sign_in import begin_session
from cellwright.app.people.standing import people_of, record_of
from cellwright.console.services import Services
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.sql import text
from cellwright.ledger.people.records import Person
from cellwright.model.actor import Actor
from unit.access.oidc.fake_provider import ISSUER, FakeProvider
from unit.access.soft_authenticator import SoftAuthenticator
from unit.app.people.kit import GOOD, HERE, SetClock, actions, events, visitor_of
from unit.console.people_kit import first_admin_in, form_token_of, open_browser, people_services

LOCAL = "http://localhost:8080"
SEE_OTHER = HTTPStatus.SEE_OTHER
FLEET = f"""
console:
  url: {LOCAL}
  oidc: {{issuer: "{ISSUER}", client_id: console, name: Example, groups: {{platform: admin}}}}
"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Services:
    return people_services(tmp_path, clock, LOCAL, fleet=FLEET)


@pytest.fixture
def fake(services: Services) -> FakeProvider:
    fake = FakeProvider(
        claims={"exp": 4e9, "iat": 1e9, "preferred_username": "grace", "groups": ["platform"]}
    )
    settings = services.sign_on.settings()
    assert settings is not None
    services.sign_on._known = settings, Directory(settings, fake)
    return fake


@pytest.fixture
def ada(services: Services) -> TestClient:
    return first_admin_in(services)


def post(client: TestClient, path: str, **fields: str) -> str:
    """Send a form of the account's page; gives where it leads, or the page."""
    token = form_token_of(client.get("/account").text)
    answer = client.post(path, data={"csrf": token, **fields})
    assert answer.status_code in {SEE_OTHER, HTTPStatus.OK}, answer.text
    return answer.headers.get("location") or answer.text


def add_passkey(client: TestClient) -> SoftAuthenticator:
    device = SoftAuthenticator(LOCAL, "localhost")
    token = form_token_of(client.get("/account").text)
    asked = client.post("/account/passkeys/question", data={"csrf": token})
    assert asked.headers["content-type"] == "application/json"
    answer = device.create(asked.text)
    assert post(client, "/account/passkeys", answer=answer, name="<b>key</b>") == "/account?done=passkey"
    return device


def add_app(client: TestClient, clock: SetClock) -> tuple[pyotp.TOTP, list[str]]:
    page = client.get("/account/app").text
    found = re.search(r'class="app-key">([A-Z2-7 ]+)<', page)
    assert found is not None
    app = pyotp.TOTP(found[1].replace(" ", ""))
    shown = post(client, "/account/app", code=app.at(clock.now()))
    return app, re.findall(r"<code>([a-z0-9-]{19})</code>", shown)


def give_password(client: TestClient, wanted: str = "/account") -> str:
    answer = client.post("/sign-in", data={"login": "ada", "password": GOOD, "next": wanted})
    assert answer.status_code == SEE_OTHER
    return str(answer.headers["location"])


def test_an_app_from_the_account_to_the_second_step(
    services: Services, ada: TestClient, clock: SetClock
) -> None:
    app, codes = add_app(ada, clock)
    assert len(codes) == 10
    assert codes[0] not in ada.get("/account").text
    browser = open_browser(services)
    assert give_password(browser) == "/sign-in/second"
    assert browser.get("/account").status_code == SEE_OTHER  # not signed in yet
    assert "Code from your authenticator app" in browser.get("/sign-in/second").text
    wrong = browser.post("/sign-in/second", data={"code": "<script>"})
    assert wrong.status_code == HTTPStatus.UNAUTHORIZED
    assert "<script>" not in wrong.text.replace("<script nonce", "")
    clock.pass_by(seconds=30)
    answer = browser.post("/sign-in/second", data={"code": app.at(clock.now())})
    assert answer.headers["location"] == "/account"
    assert browser.get("/account").status_code == HTTPStatus.OK
    assert "password+totp" in browser.get("/account").text

    assert post(ada, "/account/app/remove") == "/account?done=app-removed"
    assert give_password(open_browser(services)) == "/account"


def test_a_passkey_from_the_account_to_a_sign_in(services: Services, ada: TestClient) -> None:
    device = add_passkey(ada)
    page = ada.get("/account").text
    assert "&lt;b&gt;key&lt;/b&gt;" in page
    browser = open_browser(services)
    assert "Sign in with a passkey" in browser.get("/sign-in").text
    asked = browser.post("/sign-in/passkey/question", data={"next": "/account?x=1"})
    answer = browser.post("/sign-in/passkey", data={"answer": device.get(asked.text)})
    assert (answer.status_code, answer.headers["location"]) == (SEE_OTHER, "/account?x=1")
    assert browser.get("/account").status_code == HTTPStatus.OK

    other = open_browser(services)
    assert give_password(other) == "/sign-in/second"
    asked = other.post("/sign-in/second/passkey/question")
    answer = other.post("/sign-in/second/passkey", data={"answer": device.get(asked.text)})
    assert answer.headers["location"] == "/account"

    found = re.search(r'name="passkey" value="([^"]+)"', page)
    assert found is not None
    assert post(ada, "/account/passkeys/remove", passkey=found[1]) == "/account?done=passkey-removed"


def test_a_passkey_that_is_not_accepted(services: Services, ada: TestClient) -> None:
    add_passkey(ada)
    browser = open_browser(services)
    asked = browser.post("/sign-in/passkey/question")
    stranger = SoftAuthenticator(LOCAL, "localhost").get(asked.text)
    answer = browser.post("/sign-in/passkey", data={"answer": stranger})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert "not accepted here" in answer.text
    assert browser.post("/sign-in/passkey", data={"answer": stranger}).status_code == HTTPStatus.UNAUTHORIZED
    assert browser.get("/account").status_code == SEE_OTHER


def test_a_second_step_without_a_first_one(services: Services) -> None:
    browser = open_browser(services)
    assert browser.get("/sign-in/second").headers["location"] == "/sign-in"
    for path in ("/sign-in/second", "/sign-in/second/app", "/sign-in/second/passkey"):
        assert browser.post(path, data={"code": "1", "answer": "{}"}).status_code == HTTPStatus.CONFLICT
    assert browser.post("/sign-in/second/passkey/question").status_code == HTTPStatus.CONFLICT


def test_forms_of_other_sites_change_nothing(ada: TestClient) -> None:
    for path in ("/account/app/remove", "/account/passkeys", "/account/identities/link", "/account/confirm"):
        assert ada.post(path, data={}).status_code == HTTPStatus.FORBIDDEN
        headers = {"sec-fetch-site": "cross-site"}
        token = form_token_of(ada.get("/account").text)
        answer = ada.post(path, data={"csrf": token}, headers=headers)
        assert answer.status_code == HTTPStatus.FORBIDDEN


def test_who_signed_in_long_ago_confirms_first(ada: TestClient, clock: SetClock) -> None:
    clock.pass_by(minutes=16)
    for path in ("/account/app",):
        assert ada.get(path).headers["location"] == "/account/confirm"
    for path in ("/account/app/remove", "/account/passkeys/question", "/account/identities/link"):
        assert post(ada, path) == "/account/confirm"
    token = form_token_of(ada.get("/account/confirm").text)
    wrong = ada.post("/account/confirm", data={"csrf": token, "password": "wrong"})
    assert wrong.status_code == HTTPStatus.UNAUTHORIZED
    assert post(ada, "/account/confirm", password=GOOD) == "/account"
    assert ada.get("/account/app").status_code == HTTPStatus.OK


def test_a_passkey_confirms_too(services: Services, ada: TestClient, clock: SetClock) -> None:
    device = add_passkey(ada)
    clock.pass_by(minutes=16)
    token = form_token_of(ada.get("/account/confirm").text)
    asked = ada.post("/account/confirm/passkey/question", data={"csrf": token})
    answer = device.get(asked.text)
    # It is no sign-in of its own.
    browser = open_browser(services)
    browser.cookies.set("cellwright-step", ada.cookies["cellwright-step"])
    assert browser.post("/sign-in/passkey", data={"answer": answer}).status_code == HTTPStatus.UNAUTHORIZED
    asked = ada.post("/account/confirm/passkey/question", data={"csrf": token})
    assert post(ada, "/account/confirm/passkey", answer=device.get(asked.text)) == "/account"
    assert ada.get("/account/app").status_code == HTTPStatus.OK


def go(client: TestClient, fake: FakeProvider, path: str) -> str:
    """Go to the provider and give the address with which it sends the browser back."""
    url = str(client.get(path).headers["location"])
    assert url.startswith(f"{ISSUER}/authorize?")
    asked = dict(part.split("=") for part in url.partition("?")[2].split("&"))
    fake.nonce = asked["nonce"]
    return f"/oidc/callback?code=c&state={asked['state']}"


def test_single_sign_on(services: Services, fake: FakeProvider) -> None:
    browser = open_browser(services)
    assert "Sign in with Example" in browser.get("/sign-in?next=/runs").text
    back = go(browser, fake, "/sign-in/oidc?next=/account")
    thief = open_browser(services)
    assert thief.get(back).status_code == HTTPStatus.UNAUTHORIZED
    answer = browser.get(back, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.headers["location"]) == (SEE_OTHER, "/account")
    page = browser.get("/account").text
    assert "knows you as ada" in page
    assert 'action="/account/password"' not in page  # they have none
    left = browser.post("/sign-out", data={"csrf": form_token_of(page)}).headers["location"]
    assert "Sign out of Example, too" in browser.get(left).text
    again = browser.get(back)
    assert again.status_code == HTTPStatus.UNAUTHORIZED
    assert "state=" not in again.text


def test_no_way_leads_elsewhere(services: Services, ada: TestClient, fake: FakeProvider) -> None:
    device = add_passkey(ada)
    browser = open_browser(services)
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"):
        browser.cookies.clear()
        asked = browser.post("/sign-in/passkey/question", data={"next": wanted})
        answer = browser.post("/sign-in/passkey", data={"answer": device.get(asked.text)})
        assert answer.headers["location"] == "/"
        browser.cookies.clear()
        back = go(browser, fake, f"/sign-in/oidc?next={wanted}")
        assert browser.get(back).headers["location"] == "/"


def test_a_provider_that_is_down(services: Services, ada: TestClient, fake: FakeProvider) -> None:
    fake.down = True
    browser = open_browser(services)
    answer = browser.get("/sign-in/oidc")
    assert answer.status_code == HTTPStatus.BAD_GATEWAY
    assert "at this moment" in answer.text  # strangers are told no more
    assert ISSUER not in answer.text
    assert "no answer within 10 seconds" in str(events(services.session)[-1].detail["why"])
    assert "no answer within 10 seconds" in ada.get("/sign-in/oidc").text
    assert browser.get("/sign-in").status_code == HTTPStatus.OK


def test_an_account_is_linked_and_unlinked(services: Services, ada: TestClient, fake: FakeProvider) -> None:
    page = post(ada, "/account/identities/link")
    found = re.search(r'href="(https://login[^"]+)"', page)
    assert found is not None
    asked = dict(part.split("=") for part in found[1].replace("&amp;", "&").partition("?")[2].split("&"))
    fake.nonce = asked["nonce"]
    answer = ada.get(f"/oidc/callback?code=c&state={asked['state']}")
    assert answer.headers["location"] == "/account?done=linked"
    assert "You can sign in at the provider" in ada.get("/account?done=linked").text
    assert post(ada, "/account/identities/unlink", issuer=ISSUER, subject="ada") == "/account?done=unlinked"
    assert [item for item in actions(services.session) if "link" in item][-2:] == [
        "person.linked",
        "person.unlinked",
    ]


def test_signing_out_at_the_provider(services: Services, fake: FakeProvider) -> None:
    fake.metadata = {"end_session_endpoint": f"{ISSUER}/bye"}
    where = open_browser(services).get("/sign-out/provider").headers["location"]
    assert where.startswith(f"{ISSUER}/bye?client_id=console&post_logout_redirect_uri=http%3A%2F%2Flocalhost")


def test_the_provider_is_shown_its_token_once_and_nobody_else(services: Services, fake: FakeProvider) -> None:
    fake.metadata = {"end_session_endpoint": f"{ISSUER}/bye"}
    browser = open_browser(services)
    browser.get(go(browser, fake, "/sign-in/oidc"))
    page = browser.get("/account").text
    assert (
        browser.post("/sign-out", data={"csrf": form_token_of(page)}).headers["location"].endswith("left=1")
    )
    with services.session.ledger(writing=True).people.steps.database.read() as connection:
        rows = [str(row) for row in connection.execute(text("SELECT content FROM sign_in_steps"))]
    assert rows
    assert not any("eyJ" in row for row in rows), "sealed"
    assert "id_token_hint" not in open_browser(services).get("/sign-out/provider").headers["location"]
    assert "&id_token_hint=eyJ" in browser.get("/sign-out/provider").headers["location"]
    assert "id_token_hint" not in browser.get("/sign-out/provider").headers["location"]


def test_no_passkeys_where_browsers_make_none(tmp_path: Path) -> None:
    services = people_services(tmp_path / "numbers", SetClock(), "http://127.0.0.1:8080")
    browser = open_browser(services)
    assert "passkey" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/passkey/question").status_code == HTTPStatus.CONFLICT
    named = {"host": "localhost:8080"}  # the same server by its name
    question = browser.post("/sign-in/passkey/question", headers=named).json()
    assert question["rpId"] == "localhost"
    elsewhere = {"host": "evil.example"}
    assert browser.post("/sign-in/passkey/question", headers=elsewhere).status_code == HTTPStatus.CONFLICT


def test_where_everybody_needs_a_second_factor(tmp_path: Path, clock: SetClock) -> None:
    required = "console: {second_factor: required}\n"
    services = people_services(tmp_path / "required", clock, LOCAL, fleet=required)
    browser = first_admin_in(services)  # is led to the second step
    assert browser.get("/account").status_code == SEE_OTHER
    page = browser.get("/sign-in/second").text
    assert "Set up a second factor" in page
    found = re.search(r'class="app-key">([A-Z2-7 ]+)<', page)
    assert found is not None
    app = pyotp.TOTP(found[1].replace(" ", ""))
    shown = browser.post("/sign-in/second/app", data={"code": app.at(clock.now())}).text
    assert len(re.findall(r"<code>([a-z0-9-]{19})</code>", shown)) == 10
    assert browser.get("/account").status_code == HTTPStatus.OK


def test_an_admin_removes_what_somebody_has_lost(
    services: Services, ada: TestClient, clock: SetClock
) -> None:
    add_app(ada, clock)
    add_passkey(ada)
    eve = Person(id="p_eve", login="eve", name="Eve", created_by="test")
    people = people_of(services.session)
    people.directory.add(eve, [], [])
    assert "Remove all second factors" not in ada.get("/people/p_eve").text
    person = visitor_of(services.session, ada.cookies["cellwright-session"]).id
    page = ada.get(f"/people/{person}").text
    assert "An authenticator app, with 10 recovery codes left" in page
    assert post(ada, f"/people/{person}/second-factors/remove") == f"/people/{person}"
    assert not factors_of(services.session, person).any
    assert actions(services.session)[-2:] == ["passkey.removed", "totp.removed"]
    again = ada.post(f"/people/{person}/second-factors/remove", data={"csrf": form_token_of(page)})
    assert "has no second factor" in again.text
    clock.pass_by(minutes=16)
    assert post(ada, f"/people/{person}/second-factors/remove") == "/account/confirm"


def test_only_who_manages_people_removes_factors(services: Services, ada: TestClient) -> None:
    add_passkey(ada)
    people = people_of(services.session)
    person = visitor_of(services.session, ada.cookies["cellwright-session"]).id
    eve = Person(id="p_eve", login="eve", name="Eve", created_by="test")
    event = EventDraft("test", "trial.done", "x")
    people.directory.add(eve, [record_of("p_eve", Grant(Role.OPERATOR), Actor("test"))], [event])
    begun = begin_session(services.session, eve, "password", HERE)
    browser = open_browser(services)
    browser.cookies.set("cellwright-session", begun.secret)
    token = form_token_of(browser.get("/account").text)
    answer = browser.post(f"/people/{person}/second-factors/remove", data={"csrf": token})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert factors_of(services.session, person).any
