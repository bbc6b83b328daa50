"""Servers of a small fleet whose repository, disk or people fail it; nothing runs Terraform here."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from cellwright.app.session.location import Location
from cellwright.app.session.repository.serving import RepositoryAddress, serving
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.services import Services, WebSettings
from cellwright.ledger.database.location import sqlite_url
from cellwright.model.actor import Actor, Voucher, VoucherKind
from patience import PATIENCE
from unit.app.kit import NOBODY, install_program
from unit.console.kit import ADDRESS, COOKIE, CSRF, OneVisitor, browser, visitor_with

LONG = 3600.0
GOOD = {"csrf": CSRF, "level": "client", "name": "initech", "stacks.app.size": "3"}
FILE = "clients/initech/client.yaml"


@dataclass(frozen=True)
class Served:
    """A server, with a browser of somebody who may do everything."""

    session: FleetSession
    services: Services
    page: TestClient

    @property
    def api(self) -> TestClient:
        headers = {"x-csrf-token": CSRF}
        client = TestClient(create_application(self.services), base_url=ADDRESS, headers=headers)
        client.cookies.set("cellwright-session", COOKIE)
        return client

    def onboard(self, **changed: str) -> Any:  # noqa: ANN401  the client's answer
        return self.page.post("/onboard", data={**GOOD, **changed})

    def runs(self) -> int:
        return len(self.session.ledger().reader.runs(10))

    def is_well(self) -> bool:
        return self.page.get("/healthz").status_code == 200

    def dirty(self) -> tuple[str, ...]:
        repository = self.session.repository()
        assert repository is not None
        return tuple(map(str, repository.dirty()))


def in_time(holds: Callable[[], bool]) -> bool:
    """Wait until something holds: pages follow the files a moment later."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def served_by(session: FleetSession, name: str = "Ada Lovelace") -> Served:
    checked = (Voucher(VoucherKind.SESSION, "console", checked=True),)
    person = replace(visitor_with(), name=name, actor=Actor(name, "console", checked))
    services = Services(session=session, visitors=OneVisitor(person), settings=WebSettings(address=ADDRESS))
    return Served(session, services, browser(services))


@contextmanager
def server_of(
    folder: Path, url: str, where: str = "server", name: str = "Ada Lovelace", ledger: Path | None = None
) -> Iterator[tuple[Served, list[str]]]:
    """Serve a repository from a clone; gives what the server's log is told, too."""
    told: list[str] = []
    known = {
        **NOBODY,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / where),
        "PATH": install_program(folder / "bin"),
        "CELLWRIGHT_KEY": "a" * 64,
    }
    location = Location(
        fleet=Path("/nowhere"), environment=known, ledger=sqlite_url(ledger) if ledger else None
    )
    with serving(location, RepositoryAddress(url=url), told.append, LONG) as session:
        yield served_by(session, name), told
