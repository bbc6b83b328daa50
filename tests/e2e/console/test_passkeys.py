"""Passkeys in a real browser, which plays the authenticator: made, used alone, and as a second step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cellwright.app.people.welcome import first_admin_token
from chromium import browser, window
from e2e.console.serving import RightClock, served
from unit.app.people.kit import GOOD, SERVER, actions
from unit.console.people_kit import people_services

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page() -> Iterator[Page]:
    with browser() as opened:
        context = window(opened)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield page


def test_made_used_alone_and_as_a_second_step(page: Page, tmp_path: Path) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    with served(lambda address: people_services(tmp_path, RightClock(), address)) as (address, services):
        _walk(page, address, first_admin_token(services.session, SERVER) or "")
    assert faults == []
    signed_in = [
        event
        for event in services.session.ledger().reader.latest_events(100)
        if event.action == "person.signed_in"
    ]
    assert [event.detail["method"] for event in signed_in] == ["password", "passkey", "password+passkey"]
    assert "passkey.added" in actions(services.session)


def _walk(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/welcome/{token}")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Begin").click()

    page.goto(f"{address}/account")
    page.get_by_label("Name for it").fill("work laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey is kept").wait_for()
    # The device has one by now, and says so without leaving the page.
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("This device has a passkey for this account already.").wait_for()

    page.goto(f"{address}/account")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{address}/")

    page.goto(f"{address}/account")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/account")
