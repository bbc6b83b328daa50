"""Every page of the fleet in a real browser: no fault of accessibility, no script refused, and its keys."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cellwright.console.services import Services, WebSettings
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.address import UnitAddress
from cellwright.model.runs.event import CLIENT_OFFBOARDING
from cellwright.model.runs.run import RunKind
from chromium import NARROW, WIDE, Scheme, browser, window
from e2e.console.serving import served
from unit.app.kit import ADA
from unit.app.overview.kit import (
    APP,
    CLIENT,
    FLEET,
    NETWORK,
    SECOND,
    THIRD,
    apply,
    fail,
    open_fleet,
    record_drift,
    run_of,
)
from unit.app.overview.seeds import plan
from unit.console.kit import COOKIE, OneVisitor, visitor_with
from unit.console.pages.kit import current

GLOBEX = UnitAddress("client", "globex", "app")
PAUSED = "20261122-100000-0004"
"""A run that offboards a client, paused by somebody."""
POOLS = "addresses: {pools: {clients: {cidr: 10.64.0.0/16, size: 20}}}\n"
PAGES = [
    "/",
    "/cells",
    "/cells?q=nothing-like-it",
    "/cells/client/acme",
    "/cells/client/acme/settings",
    "/cells/client/acme/outputs",
    "/cells/client/acme/history",
    "/cells/client/acme/events",
    "/cells/client/acme/access",
    "/cells/client/acme/relocate",
    "/cells/client/acme/rename",
    "/cells/client/acme/offboard",
    "/cells/client/globex/offboard",
    "/units/client/acme/app",
    "/graph",
    "/addresses",
    "/versions",
    "/drift",
    "/events",
    "/events/1",
    "/webhooks",
    "/workers",
    "/runs",
    f"/runs/{THIRD}",
    f"/runs/{PAUSED}",
    f"/runs/{PAUSED}/unpause",
    f"/runs/{PAUSED}/units/client/globex/app",
    "/approvals",
    f"/approvals?run={THIRD}",
    "/nothing",
]
SEARCH = 'type="search"'
LOOKS: list[tuple[Scheme, int]] = [("light", WIDE), ("dark", NARROW)]


@pytest.fixture(scope="module", name="address")
def address_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console over a fleet in which much has happened."""
    files = {
        "fleet.yaml": FLEET + POOLS,
        "clients/acme.yaml": CLIENT + "addresses: {clients: 10.64.16.0/20}\n",
        "clients/broken.yaml": "account: prod\nstacks: {app: {siz: 3}}\n",
    }
    session = open_fleet(tmp_path_factory.mktemp("fleet"))
    apply(session, NETWORK, APP)
    fail(session, GLOBEX, skipped=[UnitAddress("client", "acme", "extra")])
    session.close()
    session = open_fleet(session.root, files)
    ledger = session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=THIRD))
    plan(ledger, str(APP), run=THIRD)
    record_drift(session, NETWORK, SECOND)
    leaving = QueuedRun(task={"parallel": None}, units=(QueuedUnit(address=GLOBEX),))
    ledger.recorder.start_run(run_of(GLOBEX, run_id=PAUSED, kind=RunKind.DESTROY), queued=leaving)
    ledger.recorder.append_event(ADA, CLIENT_OFFBOARDING, str(GLOBEX.of_cell), "", {"run": PAUSED})
    assert ledger.pauses.begin(PAUSED, ADA, "a look at the bill first")
    process = Holder("host", 7, "boot", "")
    ledger.workers.register(Worker(id="one", kind="worker", process=process, labels={}, parallel=4))

    def services_at(address: str) -> Services:
        visitors = OneVisitor(visitor_with())
        services = Services(session=session, visitors=visitors, settings=WebSettings(address=address))
        current(services)
        return services

    with session, served(services_at) as (found, _):
        yield found


@pytest.fixture(scope="module", name="chromium")
def chromium_fixture() -> Iterator[Browser]:
    """One for all tests of this file."""
    with browser() as opened:
        yield opened


@contextmanager
def looking(
    chromium: Browser, address: str, scheme: Scheme = "light", width: int = WIDE
) -> Iterator[tuple[Page, list[str]]]:
    """A window of somebody who is signed in, and what its console has complained of."""
    with window(chromium, scheme, width) as context:
        context.add_cookies([{"name": "cellwright-session", "value": COOKIE, "url": address}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        yield page, complaints


@pytest.mark.parametrize(
    ("scheme", "width"), [LOOKS[1], pytest.param(*LOOKS[0], marks=pytest.mark.long)], ids=["dark", "light"]
)
def test_no_page_has_a_fault_of_accessibility_or_asks_for_what_its_policy_forbids(
    chromium: Browser, address: str, scheme: Scheme, width: int
) -> None:
    found: list[str] = []
    with looking(chromium, address, scheme, width) as (page, complaints):
        for path in PAGES:
            answer = page.goto(address + path)
            if answer is None or answer.status != (404 if path == "/nothing" else 200):
                found.append(f"{path}: {answer and answer.status}: {page.locator('main').inner_text()[:200]}")
            for violation in Axe().run(page).response["violations"]:
                places = [node["html"][:200] for node in violation["nodes"][:3]]
                found.append(f"{path}: {violation['id']}: {places}")
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            if wide:
                found.append(f"{path}: scrolls sideways")
            hidden = page.evaluate(
                "[...document.querySelectorAll('.tabs [aria-current]')]"
                ".some((tab) => tab.getBoundingClientRect().right > innerWidth)"
            )
            if hidden:
                found.append(f"{path}: the chosen tab is out of sight")
    assert found == []
    assert [item for item in complaints if "404" not in item] == []


def test_escape_leaves_a_filter_and_keeps_what_was_typed(chromium: Browser, address: str) -> None:
    """A browser empties a search field on Escape, and a list that follows it would be unfiltered again."""
    found: list[str] = []
    with looking(chromium, address) as (page, _):
        # To draw the others, too, would take most of the time of this test.
        filtered = [path for path in PAGES if SEARCH in page.request.get(address + path).text()]
        assert len(filtered) > 1
        for path in filtered:
            page.goto(address + path)
            for number in range(page.locator("main input[type=search]").count()):
                field = page.locator("main input[type=search]").nth(number)
                field.fill("glob")
                field.press("Escape")
                left = field.evaluate("field => document.activeElement !== field")
                if field.input_value() != "glob" or not left:
                    found.append(f"{path}: {field.evaluate('field => field.outerHTML')}")
    assert found == []


def test_keys_lead_through_the_pages_and_carry_nothing_out(chromium: Browser, address: str) -> None:
    with looking(chromium, address) as (page, complaints):
        page.goto(f"{address}/")
        for keys, path in (("gf", "/cells"), ("ge", "/events"), ("gh", "/")):
            page.keyboard.press(keys[0])
            page.keyboard.press(keys[1])
            page.wait_for_url(f"{address}{path}")
        page.goto(f"{address}/cells")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.textContent") == "prod"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "filter-q"
        page.keyboard.type("glob")
        page.wait_for_url("**/cells?*q=glob*")
        expect(page.locator(".tile")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/cells/client/globex")
        page.keyboard.press("Escape")
        page.wait_for_url(f"{address}/cells?level=client")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("acme")
        expect(page.locator("#palette-list a").first).to_contain_text("client/acme")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/cells/client/acme")
    assert complaints == []
