"""People in a real browser: the first admin invites somebody, who comes in; pages are accessible."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cellwright.app.people.welcome import first_admin_token
from chromium import NARROW, WIDE, Scheme, browser, window
from e2e.console.serving import RightClock, served
from unit.app.people.kit import GOOD, OTHER, SERVER
from unit.console.people_kit import people_services


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", NARROW), pytest.param("dark", WIDE, marks=pytest.mark.long)]
)
def test_somebody_is_invited_and_comes_in(tmp_path: Path, scheme: Scheme, width: int) -> None:
    faults: list[str] = []
    with (
        served(lambda address: people_services(tmp_path, RightClock(), address)) as (address, services),
        browser() as opened,
    ):
        ada, grace = (window(opened, scheme, width).new_page() for _ in range(2))
        for page in (ada, grace):
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda fault: faults.append(str(fault)))
        link = _invite(ada, address, first_admin_token(services.session, SERVER) or "", faults)
        grace.goto(link)
        faults += _faults(grace)
        grace.get_by_label("Password").fill(OTHER)
        grace.get_by_role("button", name="Set password and sign in").click()
        grace.wait_for_url(f"{address}/")
        grace.goto(f"{address}/account")
        assert grace.get_by_role("rowheader", name="operator").is_visible()
        _break_glass(ada, address, faults)
    assert faults == []


def _invite(page: Page, address: str, token: str, faults: list[str]) -> str:
    page.goto(f"{address}/sign-in")
    faults += _faults(page)
    page.goto(f"{address}/welcome/{token}")
    faults += _faults(page)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Begin").click()
    page.goto(f"{address}/people/invite")
    page.get_by_text("Only in a part of the fleet").click()
    faults += _faults(page)
    page.get_by_label("Name", exact=True).fill("Grace Hopper")
    page.get_by_label("Name to sign in with").fill("grace")
    page.get_by_label("operator").check()
    page.get_by_label("client", exact=True).check()
    page.get_by_role("button", name="Invite").click()
    faults += _faults(page)
    return page.get_by_label("Send this to them").input_value()


def _break_glass(page: Page, address: str, faults: list[str]) -> None:
    page.goto(f"{address}/tokens")
    page.get_by_label("Name", exact=True).fill("laptop")
    page.get_by_role("button", name="Make the token").click()
    assert page.get_by_label("Keep it where").input_value().startswith("cwt_")
    page.goto(f"{address}/account")
    page.get_by_label("approver").check()
    page.get_by_label("What has happened").fill("production is down, nobody else is awake")
    page.get_by_role("button", name="Break the glass").click()
    page.get_by_text("You have more than your role for now").wait_for()
    for path in ("/account", "/people", "/tokens"):
        page.goto(address + path)
        assert "You act beyond your role" in page.content()
        faults += _faults(page)
    page.goto(f"{address}/people")
    page.get_by_role("link", name="Grace Hopper").click()
    page.get_by_role("heading", name="Give a role").wait_for()
    faults += _faults(page)


def _faults(page: Page) -> list[str]:
    """What is wrong with a page as it is shown now."""
    found = [
        f"{page.url}: {violation['id']}: {[node['html'][:200] for node in violation['nodes'][:3]]}"
        for violation in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url}: scrolls sideways")
    return found
