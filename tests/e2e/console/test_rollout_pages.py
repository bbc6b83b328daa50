"""A rollout in a real browser: begun from the page, its canary fails, it halts, and is retried to its end."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cellwright.console.services import Services, WebSettings
from cellwright.model.runs.run import RunStatus
from chromium import NARROW, browser, window
from e2e.console.serving import served
from unit.app.overview.seeds import change, fail, ledger_of, plan
from unit.app.rollouts.kit import end_runs, settle
from unit.console.kit import COOKIE
from unit.console.pages.kit import current
from unit.console.rollouts.kit import make_services

WAIT = 30_000
SETTINGS = """\
rollouts:
  standard:
    waves:
      - {name: canary, cells: "ring=canary"}
      - {name: rest, cells: "*", max_parallel: 2, max_failures: 2, after: [approval]}
"""


def test_a_rollout_is_begun_halts_and_is_retried(tmp_path: Path) -> None:
    services = make_services(tmp_path / "fleet", SETTINGS)
    current(services)
    session = services.session

    def at(address: str) -> Services:
        services.settings = WebSettings(address=address)
        return services

    with session, browser() as opened, window(opened) as context, served(at, "127.0.0.1") as (address, _):
        context.add_cookies([{"name": "cellwright-session", "value": COOKIE, "url": address}])
        page, faults = context.new_page(), []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

        rollout = begun(page, address)

        # From here on the page follows by itself.
        record = settle(session, rollout)
        now = page.locator(".rollout-now")
        expect(now).to_contain_text("wave canary", timeout=WAIT)
        fail(ledger_of(session), ["client/acme/app"], run=record.state.cells[0].run)
        end_runs(session, rollout, RunStatus.FAILED)
        expect(now).to_contain_text("1 cell of the rollout failed, 0 may", timeout=WAIT)
        expect(page.get_by_role("link", name="client/acme/app")).to_be_visible()
        assert wrong(page) == []

        page.get_by_role("link", name="Retry…").click()
        page.get_by_label("Reason").fill("mended")
        page.get_by_role("button", name="Retry 3 cells").click()
        page.wait_for_url(f"{address}/rollouts/{rollout}")
        settle(session, rollout)
        record = end_runs(session, rollout)
        for cell in record.state.cells[1:]:
            (unit,) = ledger_of(session).reader.run_units(cell.run)
            plan(ledger_of(session), str(unit), change(), run=cell.run)
        expect(page.get_by_text("2 client cells, app: the same change")).to_have_count(2, timeout=WAIT)
        page.keyboard.press("a")
        page.get_by_role("button", name="Approve, and all that do the same").click()
        expect(page.get_by_text("Plans that wait, by what they do")).to_have_count(0, timeout=WAIT)
        end_runs(session, rollout)
        expect(now).to_contain_text("after wave rest: approval", timeout=WAIT)
        page.keyboard.press("a")
        page.get_by_role("button", name="Approve: it goes on").click()
        settle(session, rollout)
        expect(now).to_contain_text("completed", timeout=WAIT)
        looked_at(page, f"{address}/rollouts", rollout)
        assert faults == []


def begun(page: Page, address: str) -> str:
    """Look at who would change when, and begin; gives the rollout."""
    page.goto(f"{address}/rollouts")
    page.get_by_role("link", name="New rollout").first.click()
    page.get_by_role("button", name="Show who changes when").click()
    expect(page.get_by_text("At worst 2 of 3 cells fail before it stops by itself")).to_be_visible()
    assert wrong(page) == []
    page.get_by_label("Reason").fill("a new default")
    page.get_by_role("button", name="Begin with 1 cell of canary").click()
    page.wait_for_url("**/rollouts/ro-*")
    return page.url.rpartition("/")[2]


def looked_at(page: Page, address: str, rollout: str) -> None:
    """Have each page judged, dark and narrow."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": 800})
    for path in ("", f"/{rollout}", f"/{rollout}/cells", f"/{rollout}/rollback"):
        page.goto(f"{address}{path}")
        assert wrong(page) == [], path


def wrong(page: Page) -> list[str]:
    """What is not accessible, or wider than the window."""
    found = [
        f"{item['id']}: {node['html']}"
        for item in Axe().run(page).response["violations"]
        for node in item["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["scrolls sideways"] if wide else [])]
