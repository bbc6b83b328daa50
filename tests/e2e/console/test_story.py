"""The demo as a person sees it who has a browser: from the first administrator to a client that is up.

The real Terraform and provider on the emulated AWS, a real Chromium. In the short tests each page has its own
(test_onboarding.py, test_run_live.py, test_pages.py) on a fleet whose Terraform takes milliseconds.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, cast

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import BrowserContext, Page, expect

from chromium import NARROW, browser, window
from patience import PATIENCE

pytestmark = [
    pytest.mark.aws,
    pytest.mark.terraform,
    pytest.mark.long,
    pytest.mark.timeout(1800),
]
PASSWORD = "correct horse battery staple"
ADA = "Ada Lovelace (ada)"
"""As the trail and commits name who has no mail address."""
CLIENT = "hooli"
QUICK = "cyberdyne"
PICTURES = "CELLWRIGHT_PICTURES"
LONGEST = 240_000
"""Milliseconds until the client is up, on a busy machine."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Demo:
    """A demo that has ended, whose console runs."""

    document: Mapping[str, Any]

    @property
    def console(self) -> str:
        return str(self.document["console"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo to its end as a person with a home of their own; an interrupt must end it well."""
    person = tmp_path_factory.mktemp("person")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(person / "home"),
        "TMPDIR": str(person / "tmp"),
        "CELLWRIGHT_PROVIDER_MIRROR": os.environ.get("CELLWRIGHT_PROVIDER_MIRROR", ""),
    }
    for name in ("HOME", "TMPDIR"):
        Path(environment[name]).mkdir()
    log = person / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("cellwright")), "demo", "--json"],
            env={name: value for name, value in environment.items() if value},
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    assert process.stdout is not None
    try:
        text = process.stdout.readline()
        assert text, log.read_text()
        yield Demo(json.loads(text))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def person(demo: Demo) -> Iterator[BrowserContext]:
    """A window of the first administrator, who has followed their link and made a passkey."""
    with browser() as opened:
        context = window(opened)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        _become_admin(page, demo)
        page.close()
        yield context


def _become_admin(page: Page, demo: Demo) -> None:
    page.goto(demo.document["way_in"])
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="What needs me")).to_be_visible()
    page.goto(f"{demo.console}/account")
    page.get_by_role("button", name=re.compile("passkey", re.IGNORECASE)).first.click()
    expect(page.get_by_text("The passkey is kept")).to_be_visible()


def test_the_demo_has_done_what_it_shows(demo: Demo) -> None:
    counts = demo.document["status"]["counts"]
    assert {name: count for name, count in counts.items() if count} == {"changed": 1, "up_to_date": 7}
    assert demo.document["verification"]["valid"]
    assert {unit["outcome"] for unit in demo.document["runs"][-1]["units"]} == {"applied"}
    refused = (Path(demo.document["fleet"]).parent / "sandbox.log").read_text()
    assert "NotEmulated" not in refused
    assert "Traceback" not in refused


def test_a_client_is_onboarded_watched_approved_and_looked_at(demo: Demo, person: BrowserContext) -> None:
    page = person.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    _fill_in(page, demo)
    clicked = monotonic()
    page.get_by_role("button", name="Onboard", exact=True).click()
    page.wait_for_url(f"**/cells/client/{CLIENT}/progress")
    _approve_until_up(person, page, demo)
    print(f"from click to an active client: {monotonic() - clicked:.1f} s")  # noqa: T201  shown by -s
    expect(page.get_by_text(f"{CLIENT}-app.svc.trial.internal")).to_be_visible()
    assert _committed(demo) == (ADA, f"Onboard client/{CLIENT}")
    _picture(page, "console-client")
    _follow_a_value(page, demo)
    _read_the_trail(page, demo)
    page.goto(f"{demo.console}/cells")
    _picture(page, "console-fleet")
    assert faults == []


def test_one_click_brings_a_client_up(demo: Demo, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{demo.console}/onboard?like=globex")
    page.locator("[name=name]").fill(QUICK)
    page.locator("[name='stacks.app.replicas']").fill("2")
    expect(page.get_by_text("Everything fits")).to_be_visible()
    page.locator("[name=_approved]").check(force=True)
    clicked = monotonic()
    page.get_by_role("button", name="Onboard", exact=True).click()
    page.wait_for_url(f"**/cells/client/{QUICK}/progress")
    expect(page.get_by_text("3 of 3 units up")).to_be_visible(timeout=LONGEST)
    seconds = monotonic() - clicked
    events = page.request.get(f"{demo.console}/events/export.jsonl?subject=client/{QUICK}").text()
    happened = [json.loads(line) for line in events.splitlines()]
    assert not [event for event in happened if event["action"] == "unit.failed"]
    print(f"from one click to an active client: {seconds:.1f} s")  # noqa: T201  shown by -s
    for event in happened:
        print(event["time"], event["action"], event["subject"])  # noqa: T201  as above
    page.close()


def _picture(page: Page, name: str) -> None:
    """Keep a picture for the documentation, if the environment names a folder for them."""
    if folder := os.environ.get(PICTURES):
        page.evaluate("document.activeElement?.blur()")
        page.screenshot(path=Path(folder) / f"{name}.png")


def _fill_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.console}/onboard?like=globex")
    page.locator("[name=name]").fill(CLIENT)
    page.locator("[name='stacks.sftp.enabled'][type=checkbox]").check(force=True)
    page.locator("[name='stacks.app.replicas']").fill("3")
    expect(page.get_by_text("4 units to be made")).to_be_visible()
    expect(page.get_by_text("Everything fits")).to_be_visible()
    _picture(page, "console-onboard")


def _approve_until_up(person: BrowserContext, page: Page, demo: Demo) -> None:
    """Answer each plan that comes, in a second window, while the first one follows by itself."""
    answers = person.new_page()
    deadline = monotonic() + LONGEST / 1000
    while page.get_by_text("4 of 4 units up").count() == 0:
        assert monotonic() < deadline, page.locator("main").inner_text()
        answers.goto(f"{demo.console}/approvals")
        if answers.get_by_role("button", name="Answer").count():
            _picture(answers, "console-approvals")
            answers.keyboard.press("a")
            dialog = answers.locator("dialog[open]")
            dialog.get_by_label("Reason").fill("contract signed")
            dialog.get_by_role("button", name=re.compile("^Approve")).click()
            answers.wait_for_load_state()
        answers.wait_for_timeout(250)
    answers.close()


def _committed(demo: Demo) -> tuple[str, str]:
    command = ["git", "-C", str(demo.document["fleet"]), "log", "-1", "--format=%an%n%s"]
    author, subject = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return author, subject


def _follow_a_value(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.console}/cells/client/{CLIENT}/settings")
    row = page.get_by_role("row", name=re.compile("replicas"))
    expect(row.first).to_contain_text("3")
    expect(row.first).to_contain_text(f"clients/{CLIENT}/client.yaml:")


def _read_the_trail(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.console}/events?subject=client/{CLIENT}")
    expect(page.get_by_text("client.onboarded").first).to_be_visible()
    exported = page.request.get(f"{demo.console}/events/export.jsonl").text()
    events = [json.loads(line) for line in exported.splitlines()]
    approved = [event for event in events if event["reason"] == "contract signed"]
    assert {(event["actor"], event["action"]) for event in approved} == {(ADA, "run.approved")}
    page.goto(f"{demo.console}/events")
    page.get_by_role("button", name=re.compile("Verify")).click()
    expect(page.get_by_role("heading", name="The trail holds")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/cells", f"/cells/client/{CLIENT}", "/runs", "/onboard", "/events"])
def test_a_page_fits_a_telephone_in_the_dark(demo: Demo, person: BrowserContext, path: str) -> None:
    assert person.browser is not None
    context = window(person.browser, "dark", NARROW)
    kept = [{key: value for key, value in item.items() if key != "partitionKey"} for item in person.cookies()]
    context.add_cookies(cast("list[SetCookieParam]", kept))
    page = context.new_page()
    page.goto(f"{demo.console}{path}")
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    if path == "/":
        _picture(page, "console-telephone")
    context.close()
