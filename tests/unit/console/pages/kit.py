"""The console over the overview's small fleet; what is newest is always waited for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant
from cellwright.app.overview.overview import Overview
from cellwright.app.session.session import FleetSession
from cellwright.console.services import Services
from unit.app.overview.kit import open_fleet
from unit.console.kit import browser, make_services


def console(
    root: Path, grants: Sequence[Grant] = (), files: Mapping[str, str] | None = None
) -> tuple[FleetSession, TestClient]:
    """Open the fleet and a browser on its console."""
    services = make_services(root / "unused", grants)
    services.session = open_fleet(root / "fleet", files)
    current(services)
    return services.session, browser(services)


def current(services: Services) -> None:
    """Have every page show what is newest."""
    services.overview = Overview(lambda: services.session, patience=60, fresh=0)
