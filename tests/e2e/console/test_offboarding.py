"""Offboarding by a server with the real Terraform: by its page; and begun by its API, ended without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from cellwright.app.people.api_tokens import TokenRequest, make_token
from cellwright.app.runs.steering.approve import ApproveRequest, approve
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import CLIENT_OFFBOARDED, CLIENT_OFFBOARDING
from cellwright.model.runs.run import RunStatus
from chromium import browser, window
from e2e.conftest import Start
from e2e.console.test_server_killed import free_port, serving, session_of
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program, Running
from e2e.kit.waiting import eventually
from patience import PATIENCE
from unit.app.kit import put_under_git
from unit.app.people.kit import first_admin, visitor_of

STACKS = ("first", "second")
ADA = "Ada Lovelace <ada@example.com>"
GRACE = Actor("grace", "console", (Voucher(VoucherKind.SESSION, "grace", checked=True),))


@dataclass(frozen=True, slots=True)
class Stand:
    """A fleet of two clients that stand, with a server."""

    fleet: FleetFolder
    cellwright: Program
    session: FleetSession
    server: Running
    port: int
    cookie: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings_gone(self, cell: str) -> bool:
        return not (self.fleet.root / f"clients/{cell}.yaml").exists()

    def signed_in(self, context: BrowserContext) -> None:
        context.add_cookies([{"name": "cellwright-session", "value": self.cookie, "url": self.address}])

    def who(self, cell: str, action: str) -> list[str]:
        """Give who has done this to a client."""
        events = self.session.ledger().reader.latest_events(1000, f"client/{cell}")
        return [event.actor for event in events if event.action == action]


@pytest.fixture(name="stand")
def _stand(tmp_path: Path, program: Start) -> Iterator[Stand]:
    fleet = make_fleet(tmp_path, {"first": {}, "second": {"needs": ["first"]}}, {"c0": {}, "c1": {}})
    put_under_git(fleet.root)
    cellwright, port = program(fleet), free_port()
    cellwright.run("apply", "--yes").expect(0)
    with session_of(fleet) as session, serving(cellwright, port) as server:
        yield Stand(fleet, cellwright, session, server, port, first_admin(session))


@pytest.mark.terraform
def test_clients_go_by_the_page_and_by_the_api_whoever_carries_it_out(stand: Stand) -> None:
    _by_the_page(stand)
    _without_the_server(stand)
    assert stand.fleet.desk.count("gone") == {f"c{number}-{name}": 1 for number in (0, 1) for name in STACKS}
    assert _is_clean(stand)


def _by_the_page(stand: Stand) -> None:
    with browser() as opened, window(opened) as context:
        stand.signed_in(context)
        page = context.new_page()
        page.goto(f"{stand.address}/cells/client/c0/offboard")
        expect(page.locator(".step").nth(0)).to_contain_text("second 1 resource")
        expect(page.locator(".step").nth(1)).to_contain_text("first 1 resource")
        page.get_by_role("button", name="Plan the destruction of c0").click()
        expect(page.get_by_text("2 units, 2 resources")).to_be_visible(timeout=PATIENCE * 1000)
        page.get_by_label("Type c0 to go on").fill("c0")
        page.get_by_role("button", name="Offboard c0").click()
        expect(page.get_by_role("status")).to_contain_text("c0 is gone", timeout=PATIENCE * 1000)
        steps = page.locator(".steps a").all_inner_texts()
    assert steps == ["second", "first"]
    assert stand.settings_gone("c0")
    assert stand.who("c0", CLIENT_OFFBOARDED) == stand.who("c0", CLIENT_OFFBOARDING) == [ADA]


def _without_the_server(stand: Stand) -> None:
    """The server is killed while plans wait; a worker destroys, and the next server removes the settings."""
    ada = visitor_of(stand.session, stand.cookie)
    token = make_token(stand.session, ada, TokenRequest(name="laptop", days=1)).text
    made = httpx.post(
        f"{stand.address}/api/v1/clients/c1/offboard",
        json={"reason": "contract over"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE,
    )
    assert made.status_code == httpx.codes.ACCEPTED, made.text
    ledger = stand.session.ledger()
    reader, cell = ledger.reader, CellAddress("client", "c1")

    def destroying() -> str:
        record = ledger.offboardings.open_of(cell)
        return record.run if record is not None else ""

    eventually(lambda: bool(destroying()), "the run that destroys, after the one that plans")
    run = destroying()
    stand.server.kill()
    with stand.cellwright.started("worker"):
        for unit in (UnitAddress("client", "c1", name) for name in ("second", "first")):
            eventually(partial(_waits, stand, run, unit), f"the plan of {unit}")
            approve(stand.session, GRACE, ApproveRequest(run=run))
        eventually(lambda: _status(stand, run) is not RunStatus.RUNNING, "the run's end")
    assert _status(stand, run) is RunStatus.SUCCEEDED
    assert not stand.settings_gone("c1")
    with serving(stand.cellwright, stand.port):
        eventually(lambda: stand.settings_gone("c1") and _is_clean(stand), "the commit of the removal")
    assert stand.who("c1", CLIENT_OFFBOARDED) == [ADA]
    (gone,) = reader.latest_events(1, "client/c1", EventFilter(actions=(Pattern(CLIENT_OFFBOARDED, "."),)))
    assert gone.reason == "contract over"


def _is_clean(stand: Stand) -> bool:
    """Tell whether all of the fleet is committed: a removal is, a moment after the file has gone."""
    repository = stand.session.repository()
    assert repository is not None
    return repository.dirty() == ()


def _waits(stand: Stand, run: str, unit: UnitAddress) -> bool:
    return stand.session.ledger().reader.run_units(run)[unit].state is UnitState.PLANNED


def _status(stand: Stand, run: str) -> RunStatus:
    found = stand.session.ledger().reader.summary(run)
    assert found is not None
    return found.status
