"""Pages that follow by themselves, in a real browser: changes are shown, and nobody is disturbed by it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services, WebSettings
from cellwright.ledger.run_state import UnitState
from chromium import browser, window
from e2e.console.wire import wire_to
from unit.app.overview.seeds import RUN, ledger_of, plan, start, unit
from unit.console.kit import COOKIE, make_services

ACME, GLOBEX = "client/acme/app", "client/globex/app"


@contextmanager
def served(services: Services) -> Iterator[str]:
    listening = listen(Listening(port=0))
    services.settings = WebSettings(address=address_of(listening))
    ready = threading.Event()
    server = ConsoleServer(create_application(services), listening, (), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(60)
        yield services.settings.address
    finally:
        server.stop()
        thread.join()
        listening.close()


@pytest.fixture(scope="module", name="chromium")
def chromium_fixture() -> Iterator[Browser]:
    """One for all tests of this file."""
    with browser() as opened:
        yield opened


@pytest.fixture(name="opened")
def opened_fixture(tmp_path: Path, chromium: Browser) -> Iterator[tuple[Page, BrowserContext, Services]]:
    """The page of somebody who is signed in, not yet anywhere; `services.settings` has the address."""
    services = make_services(tmp_path, acme="{}\n", globex="{}\n")
    with services.session, window(chromium) as context, served(services) as address:
        context.add_cookies([{"name": "cellwright-session", "value": COOKIE, "url": address}])
        yield context.new_page(), context, services
        context.close()


def test_a_chosen_filter_is_not_undone_by_a_refresh_that_was_asked_for_before(
    opened: tuple[Page, BrowserContext, Services],
) -> None:
    page, _, services = opened
    held: list[Route] = []
    page.goto(f"{services.settings.address}/cells")

    def hold(late: Route) -> None:
        held.append(late)

    page.route("**/cells?mark=*", hold)  # refreshes of the unfiltered list are answered late
    with page.expect_request("**/cells?mark=*"):
        start(ledger_of(services.session), ACME)
        ledger_of(services.session).recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
    page.keyboard.press("/")
    page.keyboard.type("glob")
    expect(page.locator(".tile")).to_have_count(1)
    for late in held:
        late.continue_()
    page.unroute("**/cells?mark=*")
    with page.expect_response("**/cells?*q=glob*mark=*"):  # the next one asks for the filtered list
        plan(ledger_of(services.session), ACME)
    expect(page.locator(".tile")).to_have_count(1)
    assert page.locator(".tile a").inner_text() == "globex"
    assert page.input_value("#filter-q") == "glob"


def test_the_keyboard_stays_where_it_was_when_the_list_is_replaced(
    opened: tuple[Page, BrowserContext, Services],
) -> None:
    page, _, services = opened
    page.goto(f"{services.settings.address}/cells?sort=state")
    tiles = page.locator(".tile")
    expect(tiles.first).to_contain_text("acme")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert _focused(page) == "/cells/client/globex"
    ledger = ledger_of(services.session)
    start(ledger, GLOBEX)
    ledger.recorder.enter(RUN, unit(GLOBEX), UnitState.PLANNING)
    expect(tiles.first).to_contain_text("globex")  # it is at work now, and therefore first
    assert _focused(page) == "/cells/client/globex"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cells/client/globex")


@pytest.mark.parametrize("path", ["/runs", f"/runs/{RUN}"])
def test_a_browser_that_drops_in_mid_run_is_told_what_it_missed(
    opened: tuple[Page, BrowserContext, Services], path: str
) -> None:
    page, context, services = opened
    ledger = ledger_of(services.session)
    start(ledger, ACME, GLOBEX)
    streams: list[Request] = []
    page.on("request", lambda sent: streams.append(sent) if "/live" in sent.url else None)
    with wire_to(int(services.settings.address.rpartition(":")[2])) as wire:
        page.goto(f"{wire.address}{path}")
        main = page.locator("main")
        ledger.recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
        expect(main).to_contain_text("1 planning")
        context.set_offline(True)
        wire.cut()
        ledger.recorder.enter(RUN, unit(GLOBEX), UnitState.PLANNING)
        context.set_offline(False)
        expect(main).to_contain_text("2 planning")
        # It said what it has seen last: that is the mark of a topic, or the id of a run's last event.
        told = [sent.all_headers().get("last-event-id") or sent.url.partition("mark=")[2] for sent in streams]
        assert len(streams) > 1
        assert told[-1]
        assert told[-1] != told[0]


def test_a_run_is_followed_though_its_first_stream_was_refused(
    opened: tuple[Page, BrowserContext, Services],
) -> None:
    page, _, services = opened
    ledger = ledger_of(services.session)
    start(ledger, ACME)
    page.route("**/live?since=*", lambda asked: asked.fulfill(status=503), times=2)
    with page.expect_response(lambda answer: "/live?since=" in answer.url and answer.status == 503):
        page.goto(f"{services.settings.address}/runs/{RUN}")
    page.evaluate("window.sameLoad = true")
    ledger.recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
    expect(page.locator("main")).to_contain_text("1 planning")
    assert page.evaluate("window.sameLoad"), "the page was loaded anew"


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href')"))
