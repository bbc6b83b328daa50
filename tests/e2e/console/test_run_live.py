"""A run watched in a real browser: it changes as one looks, over a restart of the server, and is answered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services, WebSettings
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.model.runs.progress import Phase, PhaseEntered, Progress, ProgressEvent, ResourceProgress
from cellwright.model.runs.run import Outcome
from chromium import NARROW, browser, window
from patience import PATIENCE
from unit.app.overview.seeds import RUN, change, end, fail, ledger_of, plan, start, unit
from unit.console.kit import COOKIE, make_services

ACME, GLOBEX = "client/acme/app", "client/globex/app"
WAIT = 30_000


@contextmanager
def served(services: Services, port: int = 0) -> Iterator[str]:
    """Serve on a port until the context ends, as a restarted server would on the same one."""
    listening = listen(Listening(port=port))
    address = address_of(listening)
    services.settings = WebSettings(address=address)
    ready = threading.Event()
    server = ConsoleServer(create_application(services), listening, (), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield address
    finally:
        server.stop()
        thread.join()
        listening.close()


def test_a_run_is_watched_and_answered(tmp_path: Path) -> None:
    services = make_services(tmp_path, acme="{}\n", globex="{}\n")
    ledger = ledger_of(services.session)
    start(ledger, ACME, GLOBEX, "client/initech/app", reason="Roll out <b>1.5.0</b>")
    ledger.recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
    with services.session, browser() as opened, window(opened) as context:
        page, faults = _page(context)
        with served(services) as address:
            context.add_cookies([{"name": "cellwright-session", "value": COOKIE, "url": address}])
            page.goto(f"{address}/runs/{RUN}")
            row = page.get_by_role("row", name=ACME)
            expect(row).to_contain_text("planning", timeout=WAIT)
            applying = ResourceProgress(unit(ACME), "aws_ecs_service.app", "update", "started")
            _tell(services, PhaseEntered(unit(ACME), Phase.APPLYING), applying)
            expect(row).to_contain_text("aws_ecs_service.app update", timeout=WAIT)
            plan(ledger, ACME)
            expect(row).to_contain_text("its plan waits for approval", timeout=WAIT)
            assert _wrong(page) == []
        port = int(address.rpartition(":")[2])
        fail(ledger, ["client/initech/app"])
        with served(services, port):
            # The page comes back by itself, and is told of what happened meanwhile.
            expect(page.get_by_text("1 unit failed")).to_be_visible(timeout=WAIT)
            page.keyboard.press("a")
            page.wait_for_url("**/approvals?run=*")
            page.keyboard.press("a")
            reason = page.get_by_label("Reason")
            reason.fill("looked at it")
            reason.press("Enter")
            assert _decision(services) is None, "Enter in a field answers for nothing"
            assert _wrong(page) == []
            page.get_by_role("button", name="Approve 1 plan").click()
            expect(page.get_by_role("status")).to_contain_text("1 plan approved")
            assert _decision(services) is Decision.APPROVED
            _look_at_all(page, address, services)
        assert faults == []


def _page(context: BrowserContext) -> tuple[Page, list[str]]:
    page, faults = context.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    return page, faults


def _tell(services: Services, *progress: Progress) -> None:
    time = "2026-11-22T21:48:13.000000+00:00"
    events = [
        ProgressEvent(run=RUN, unit=unit(ACME), time=time, sequence=number, progress=item)
        for number, item in enumerate(progress, 1)
    ]
    services.session.ledger().progress.record(events)


def _decision(services: Services) -> Decision | None:
    (found,) = services.session.ledger().approvals.of_run(RUN)
    return found.decision


def _look_at_all(page: Page, address: str, services: Services) -> None:
    """Have each page judged, dark and narrow, and see that none is wider than the window."""
    ledger = ledger_of(services.session)
    end(ledger, ACME, Outcome.APPLIED)
    plan(ledger, GLOBEX, change(policy="x" * 600, password="(sensitive value)"))
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": 800})
    for path in (
        "/runs",
        f"/runs/{RUN}",
        f"/runs/{RUN}/units/{GLOBEX}",
        f"/runs/{RUN}/cancel",
        "/approvals",
    ):
        page.goto(f"{address}{path}")
        assert _wrong(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, path


def _wrong(page: Page) -> list[str]:
    found = Axe().run(page)
    return [
        f"{item['id']}: {node['html']}" for item in found.response["violations"] for node in item["nodes"]
    ]
