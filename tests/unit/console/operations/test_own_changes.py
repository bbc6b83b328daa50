"""People see what they have just changed, and a page at once while the fleet is read for the first time."""

import re
import threading
import time
from http import HTTPStatus
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.app.overview.overview import Overview
from cellwright.app.session.session import FleetSession
from cellwright.console.operations import own_changes
from cellwright.console.operations.own_changes import OwnChanges
from cellwright.console.services import Services
from patience import PATIENCE
from unit.console.kit import CSRF, browser, make_services
from unit.console.pages.clients.test_onboard import client, root, services
from unit.console.rest.kit import program

__all__ = ["client", "root", "services"]
LONG = 10_000.0
SETTINGS = "/cells/client/acme/settings"
EDIT = "/cells/client/acme/edit"


def test_an_edit_is_seen_at_once_though_nobody_looks_at_the_files(
    client: TestClient, services: Services, root: Path
) -> None:
    services.overview = Overview(services.fleet, patience=0, fresh=LONG)
    services._looks.seconds = LONG
    until = time.monotonic() + PATIENCE
    while not re.search(r"clients/acme\.yaml", client.get(SETTINGS).text):  # made beside the first request
        assert time.monotonic() < until
    base = re.search(r'name="_base" value="([0-9a-f]+)"', client.get(EDIT).text)
    assert base is not None
    looked = services._looks._looked
    answer = client.post(EDIT, data={"csrf": CSRF, "_base": base[1], "stacks.app.size": "4711"})
    assert answer.headers["location"] == "/cells/client/acme", answer.text
    assert "4711" in client.get(SETTINGS).text
    assert services._looks._looked == looked
    assert "4711" in (root / "clients/acme.yaml").read_text()


def test_the_moments_of_many_people_are_not_kept_for_ever() -> None:
    changes = OwnChanges()
    for number in range(own_changes._KEPT + 1):
        changes.note(str(number))
    assert changes.last("0") == changes.last("nobody") < changes.last("1")


def test_a_page_says_at_once_that_the_fleet_is_being_read(tmp_path: Path) -> None:
    services = make_services(tmp_path)
    services.session.ledger(writing=True)
    go_on = threading.Event()

    def slow() -> FleetSession:
        assert go_on.wait(60)
        return services.session

    services.overview = Overview(slow, first=0.01)
    console, api = browser(services), program(services)
    assert api.get("/readyz").status_code == HTTPStatus.OK, "nobody has asked for the fleet yet"
    answer = console.get("/cells")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Refresh"] == answer.headers["Retry-After"] == "2"
    assert "Reading the fleet" in answer.text
    assert api.get("/healthz").status_code == HTTPStatus.OK
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["fleet"]) == (503, "being read")
    go_on.set()
    assert api.get("/api/v1/cells").status_code == HTTPStatus.OK, "a program waits"
    assert console.get("/cells").status_code == HTTPStatus.OK
    assert api.get("/readyz").status_code == HTTPStatus.OK


def test_the_fleet_is_read_before_anybody_asks(tmp_path: Path) -> None:
    services = make_services(tmp_path)
    with browser(services) as console:
        assert console.get("/healthz").status_code == HTTPStatus.OK
        assert services.overview.view(waits=True).cells
        assert services.overview._kept.began > 0
