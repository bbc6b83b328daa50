"""Onboarding in a real browser with the real Terraform: refused, mended, pressed once, followed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cellwright.app.runs.hosting.host import HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.steering.approve import ApproveRequest, approve
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.console.services import Services, WebSettings
from chromium import NARROW, WIDE, browser, window
from e2e.console.serving import served as server
from unit.app.kit import ADA, put_under_git
from unit.console.kit import COOKIE, OneVisitor, visitor_with

FILES = {
    ".gitignore": ".cellwright/\n",
    "fleet.yaml": "fleet: trial\nlevels:\n  - name: client\n    cells: clients\n    layers: [defaults.yaml]\n"
    "    stacks:\n      app: {source: ./stack}\n      extra: {source: ./stack, enabled: false}\n",
    "defaults.yaml": "stacks:\n  app: {greeting: hello}\n",
    "stack/main.tf": """
variable "size" {
  type        = number
  default     = 1
  description = "How large it is."
}
variable "greeting" {
  type    = string
  default = "none"
}
resource "terraform_data" "it" { input = "${var.greeting} ${var.size}" }
output "said" { value = terraform_data.it.output }
""",
}


@contextmanager
def served(root: Path) -> Iterator[tuple[str, FleetSession]]:
    """A console over a fleet whose runs it carries out."""
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    put_under_git(root)
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "XDG_CACHE_HOME": str(root.parent / "cache"),
        "CELLWRIGHT_KEY": "a" * 64,
    }
    with (
        FleetSession(Location(fleet=root, environment=environment)) as session,
        make_host(session, HostSettings()) as host,
    ):

        def services_at(address: str) -> Services:
            visitors = OneVisitor(visitor_with())
            return Services(
                session=session, visitors=visitors, host=host, settings=WebSettings(address=address)
            )

        with server(services_at) as (address, _):
            yield address, session


def faults_of(page: Page) -> list[str]:
    """What is wrong with a page for those who don't see it."""
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    found = [str(item["id"]) for item in Axe().run(page).response["violations"]]
    return [*found, "scrolls sideways"] if wide else found


def test_a_client_comes_up_by_one_press(tmp_path: Path) -> None:
    with served(tmp_path / "fleet") as (address, session), browser() as opened:
        context = window(opened)
        context.add_cookies([{"name": "cellwright-session", "value": COOKIE, "url": address}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.goto(f"{address}/onboard")
        assert page.evaluate("document.activeElement.id") == "field-name"
        page.keyboard.type("initech")
        size = page.locator("#field-stacks--app--size")
        page.locator(".stack-form", has=page.locator("#stack-app")).get_by_text("More inputs").click()
        size.fill("much")
        expect(page.locator("#fault-stacks--app--size")).to_contain_text("number wanted")
        expect(size).to_have_attribute("aria-invalid", "true")
        page.locator("label[for=field-stacks--extra--enabled]").click()
        size.fill("3")
        expect(page.locator(".verdict")).to_contain_text("Everything fits")
        expect(size).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator("#preview .file")).to_contain_text("size: 3")
        assert faults_of(page) == []
        page.set_viewport_size({"width": NARROW, "height": 900})
        assert faults_of(page) == []
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.locator("[data-once]").dblclick()
        page.wait_for_url(f"{address}/cells/client/initech/progress")
        expect(page.locator(".notice-wait")).to_contain_text("2 plans wait", timeout=60_000)
        assert faults_of(page) == []
        (run,) = session.ledger().reader.runs(5)
        approve(session, ADA, ApproveRequest(run=run.id))
        expect(page.locator("#progress")).to_contain_text("hello 3", timeout=60_000)
        expect(page.locator(".heading .badge")).to_have_text("up", timeout=60_000)
        assert complaints == []
