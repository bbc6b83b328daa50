"""Single sign-on in a real browser, at a real provider on another site: linked, and signed in with."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cellwright.app.people.welcome import first_admin_token
from cellwright.console.services import Services
from chromium import browser, window
from e2e.console.serving import RightClock, served
from oidc_provider import running
from unit.app.people.kit import GOOD, SERVER, actions
from unit.console.people_kit import people_services

FLEET = """
console:
  url: {address}
  oidc:
    issuer: {issuer}
    client_id: console
    name: Example
    scopes: [profile, email, groups]
    groups: {{platform: operator}}
"""


@pytest.fixture
def page() -> Iterator[Page]:
    with browser() as opened:
        page = window(opened).new_page()
        # The provider's own pages want a font from the internet.
        page.route("https://**", lambda route: route.abort())
        yield page


def test_linked_and_signed_in(page: Page, tmp_path: Path) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    with ExitStack() as stack:

        def services_at(address: str) -> Services:
            client: dict[str, object] = {
                "client_id": "console",
                "token_endpoint_auth_method": "none",
                "redirect_uris": [f"{address}/oidc/callback"],
            }
            issuer = stack.enter_context(running([client], claims_in_user_info_only=True))
            settings = FLEET.format(address=address, issuer=issuer)
            return people_services(tmp_path, RightClock(), address, fleet=settings)

        # The provider is at localhost, which is another site than 127.0.0.1.
        address, services = stack.enter_context(served(services_at, "127.0.0.1"))
        _walk(page, address, first_admin_token(services.session, SERVER) or "")
        assert faults == []
        told = [name for name in actions(services.session) if name.startswith("person.")]
    assert told[-5:] == [
        "person.linked",
        "person.groups_changed",
        "person.signed_in",
        "person.signed_out",
        "person.signed_in",
    ]


def _walk(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/welcome/{token}")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Begin").click()

    page.goto(f"{address}/account")
    page.get_by_role("button", name="Link with Example").click()
    page.get_by_role("link", name="Go to Example").click()
    page.get_by_placeholder("Enter any login").fill("ada")
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("You can sign in at the provider from now on.").wait_for()
    page.get_by_role("rowheader", name="operator").wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign out of Example, too").wait_for()
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_role("link", name="Sign in with Example").click()  # who is still signed in there
    page.wait_for_url(f"{address}/account")
