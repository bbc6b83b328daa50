"""A program that calls the API of a small fleet with a token."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.services import Services, WebSettings
from unit.app.kit import NOBODY, install_program, make_fleet
from unit.console.kit import ADDRESS, TOKEN, OneVisitor, make_services, visitor_with

VIEWER = (Grant(Role.VIEWER),)
OF_ACME = (Grant(Role.OPERATOR, GrantScope(cells=("client/acme",))),)
TWO = {"acme": "{}\n", "globex": "tags: [eu]\n"}


def services_that_run(root: Path) -> Services:
    """Services whose runs begin: there is a program, though it does nothing."""
    location = make_fleet(root, **TWO)
    environment = {**NOBODY, "PATH": install_program(root / "bin")}
    return Services(
        session=FleetSession(replace(location, environment=environment)),
        visitors=OneVisitor(visitor_with()),
        settings=WebSettings(address=ADDRESS),
    )


def program(services: Services, token: str = TOKEN) -> TestClient:
    """Open a client that sends a token, as scripts do."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return TestClient(
        create_application(services), base_url=ADDRESS, headers=headers, raise_server_exceptions=False
    )


def api_of(root: Path, grants: Sequence[Grant] = (), **cells: str) -> TestClient:
    """Write a fleet of two clients and open a client of its API."""
    return program(make_services(root, grants, **(cells or TWO)))
