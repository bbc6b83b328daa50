"""A fleet with rollouts behind the console; its runs are ended by the tests."""

from collections.abc import Sequence
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.console.services import Services, WebSettings
from unit.app.rollouts.kit import ROLLOUTS, open_fleet
from unit.console.kit import ADDRESS, OneVisitor, browser, visitor_with
from unit.console.rest.kit import program

VIEWS_ACME = (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),)
OPERATES_ACME = (Grant(Role.OPERATOR, GrantScope(cells=("client/acme",))),)
OTHERS = ("globex", "hooli")


def make_services(root: Path, settings: str = ROLLOUTS, smoke: str = "exit 0") -> Services:
    """Open a fleet of three cells with rollouts, as a server does; the visitor is an administrator."""
    root.mkdir(exist_ok=True)
    return Services(
        session=open_fleet(root, settings, smoke),
        visitors=OneVisitor(visitor_with()),
        settings=WebSettings(address=ADDRESS),
    )


def program_of(services: Services, grants: Sequence[Grant] = ()) -> TestClient:
    """Open a client of the API, of somebody with these grants."""
    return program(as_somebody(services, grants))


def browser_of(services: Services, grants: Sequence[Grant] = ()) -> TestClient:
    """As `program_of`, on the pages."""
    return browser(as_somebody(services, grants))


def as_somebody(services: Services, grants: Sequence[Grant]) -> Services:
    return Services(
        session=services.session,
        visitors=OneVisitor(visitor_with(*grants)),
        settings=services.settings,
    )
