"""The console over a fleet with real people in its ledger, as a browser meets it."""

import re
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.people.welcome import first_admin_token
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.services import Services, WebSettings
from unit.app.people.kit import GOOD, SERVER, SetClock, open_fleet, quick_passwords

ADDRESS = "http://console.test"
SECURE = "https://console.test"
ADA = {"name": "Ada Lovelace", "login": "ada", "email": "ada@example.com", "password": GOOD}


def people_services(
    root: Path, clock: SetClock | None = None, address: str = ADDRESS, **more: str
) -> Services:
    session = open_fleet(root, clock or SetClock(), **more)
    return services_of(session, address)


def services_of(session: FleetSession, address: str = ADDRESS) -> Services:
    return Services(
        session=session,
        visitors=FleetVisitors(session),
        passwords=quick_passwords(),
        settings=WebSettings(address=address),
    )


def open_browser(services: Services) -> TestClient:
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin", "user-agent": "Firefox"}
    return TestClient(
        create_application(services),
        base_url=services.settings.address,
        headers=headers,
        follow_redirects=False,
    )


def first_admin_in(services: Services) -> TestClient:
    """Let Ada follow the first admin's link; gives her browser."""
    client = open_browser(services)
    token = first_admin_token(services.session, SERVER)
    answer = client.post(f"/welcome/{token}", data=ADA)
    assert answer.status_code == 303, answer.text
    return client


def form_token_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]
