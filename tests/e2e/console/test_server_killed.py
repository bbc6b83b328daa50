"""kill -9 of `serve`: while it carries out a run, and while somebody answers for a plan."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from chromium import browser, window
from contract.postgres import postgres_server
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program, Running
from e2e.kit.waiting import eventually
from unit.app.people.kit import first_admin

ADA = Actor("ada", "console", (Voucher(VoucherKind.SESSION, "ada", checked=True),))
WAITS = "its plan waits for approval"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(cellwright: Program, port: int) -> Iterator[Running]:
    """Serve in a process of its own; it answers when the block begins."""
    with cellwright.started("serve", f"--port={port}", "--json") as running:
        assert running.process.stdout is not None
        assert running.process.stdout.readline()
        yield running


def session_of(fleet: FleetFolder, url: str | None = None) -> FleetSession:
    return FleetSession(Location(fleet=fleet.root, ledger=url, environment=dict(os.environ)))


def see_each(page: Page, stack: str, text: str) -> None:
    for cell in ("c0", "c1"):
        # The first one: the row of a unit that waits names what it waits for.
        row = page.get_by_role("row", name=f"client/{cell}/{stack}").first
        expect(row).to_contain_text(text)


def look_at_plans(page: Page, address: str, run: str) -> None:
    page.goto(f"{address}/approvals?run={run}")
    page.keyboard.press("a")
    page.get_by_label("Reason").first.fill("looked at it")


def approve(page: Page, address: str, run: str) -> None:
    look_at_plans(page, address, run)
    page.get_by_role("button", name="Approve 2 plans").click()


@pytest.mark.terraform
def test_a_server_that_is_killed_twice_ends_the_run_and_its_pages_come_back(
    tmp_path: Path, program: Start
) -> None:
    fleet = make_fleet(tmp_path, {"first": {}, "second": {"needs": ["first"]}}, {"c0": {}, "c1": {}})
    cellwright, port, desk = program(fleet), free_port(), fleet.desk
    address = f"http://127.0.0.1:{port}"
    with session_of(fleet) as session, browser() as opened, window(opened) as context:
        context.add_cookies([{"name": "cellwright-session", "value": first_admin(session), "url": address}])
        watching, answering = context.new_page(), context.new_page()
        run = submit_apply(session, ADA, ApplyRequest(), NoHost())
        with serving(cellwright, port) as server:
            watching.goto(f"{address}/runs/{run.id}")
            watching.evaluate("window.sameLoad = true")
            see_each(watching, "first", WAITS)
            look_at_plans(answering, address, run.id)
            server.kill()
            with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
                answering.goto(f"{address}/approvals?run={run.id}")
        with desk.holding(), serving(cellwright, port) as server:
            approve(answering, address, run.id)
            expect(answering.get_by_role("status")).to_contain_text("2 plans approved")
            desk.until("begin", 2)
            server.kill()
        with serving(cellwright, port):
            see_each(watching, "second", WAITS)
            approve(answering, address, run.id)
            see_each(watching, "second", "applied")
            assert watching.evaluate("window.sameLoad"), "the page was loaded anew"
        answers = session.ledger().approvals.of_run(run.id)
        assert len(answers) == len({item.unit for item in answers}) == 4
    assert set(desk.count("begin").values()) == set(desk.count("done").values()) == {1}
    assert desk.count("done").total() == 4


@pytest.mark.long
@pytest.mark.terraform
@pytest.mark.postgres
def test_server_and_pages_go_on_when_their_database_is_back_after_ten_seconds(
    tmp_path: Path, program: Start
) -> None:
    fleet = make_fleet(tmp_path, {"first": {}, "second": {"needs": ["first"]}}, {"c0": {}, "c1": {}})
    port, desk = free_port(), fleet.desk
    address = f"http://127.0.0.1:{port}"
    with postgres_server() as database, ExitStack() as stack:
        url = database.url(database.new_database())
        cellwright = Program(fleet, program(fleet).person, {"CELLWRIGHT_LEDGER": url})
        session = stack.enter_context(session_of(fleet, url))
        context = stack.enter_context(window(stack.enter_context(browser())))
        context.add_cookies([{"name": "cellwright-session", "value": first_admin(session), "url": address}])
        stack.enter_context(serving(cellwright, port))
        with desk.holding():
            run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
            page = context.new_page()
            page.goto(f"{address}/runs/{run.id}")
            page.evaluate("window.sameLoad = true")
            desk.until("begin", 2)
            with database.gone():
                ready = context.request.get(f"{address}/readyz")
                assert ready.status == 503
                time.sleep(10)
        see_each(page, "second", "applied")
        assert page.evaluate("window.sameLoad"), "the page was loaded anew"
        eventually(lambda: context.request.get(f"{address}/readyz").ok, "an answer that all is well")
    assert set(desk.count("done").values()) == {1}
    assert desk.count("done").total() == 4
