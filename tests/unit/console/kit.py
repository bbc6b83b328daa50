"""An application over a small fleet, with a visitor who is signed in by a cookie of the tests' own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Permission, Role
from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.visitors import holders_in
from cellwright.console.application import create_application
from cellwright.console.services import Services, WebSettings
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from unit.app.kit import make_fleet, open_session

ADDRESS = "http://console.test"
CSRF = "csrf-of-the-tests"
COOKIE = "session-of-the-tests"
TOKEN = "token-of-the-tests"


def visitor_with(*grants: Grant) -> Visitor:
    """Make somebody who is signed in; an administrator by default."""
    return Visitor(
        id="ada",
        name="Ada Lovelace",
        actor=Actor("Ada Lovelace", "console"),
        grants=grants or (Grant(Role.ADMIN),),
        csrf=CSRF,
    )


@dataclass
class OneVisitor:
    """Knows one session and one token, both of the same person; keeps whom was refused what."""

    visitor: Visitor
    refusals: list[tuple[Permission, CellAddress | None]] = field(default_factory=list)

    def by_session(self, cookie: str, address: str) -> Visitor | None:  # noqa: ARG002  the port's parameter
        return self.visitor if cookie == COOKIE else None

    def by_token(
        self,
        token: str,
        address: str,  # noqa: ARG002  as above
        acts_for: str = "",  # noqa: ARG002  as above
        build: str | None = None,  # noqa: ARG002  as above
    ) -> Visitor | None:
        return replaced_by_token(self.visitor) if token == TOKEN else None

    def record_refusal(
        self,
        visitor: Visitor,  # noqa: ARG002  as above
        permission: Permission,
        cell: CellAddress | None,
    ) -> None:
        self.refusals.append((permission, cell))

    def record_foreign_form(self, visitor: Visitor | None, path: str, address: str) -> None:
        pass


def replaced_by_token(visitor: Visitor) -> Visitor:
    return replace(visitor, by=SignedInBy.TOKEN, csrf="")


def make_services(root: Path, grants: Sequence[Grant] = (), **cells: str) -> Services:
    """Write a fleet and open it as a server does."""
    make_fleet(root, **(cells or {"acme": "{}\n"}))
    session = open_session(root)

    def holder(cell: CellAddress, at: int | str) -> CellAddress | None:
        return holders_in(session)(cell, at)  # read anew each time: the visitor stays the same

    visitor = replace(visitor_with(*grants), holder_of=holder)
    return Services(
        session=session,
        visitors=OneVisitor(visitor),
        settings=WebSettings(address=ADDRESS),
    )


def browser(services: Services, *, signed_in: bool = True) -> TestClient:
    """Open a client that behaves as a browser on the console's own pages does."""
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    client = TestClient(
        create_application(services), base_url=ADDRESS, headers=headers, follow_redirects=False
    )
    if signed_in:
        client.cookies.set("cellwright-session", COOKIE)
    return client
