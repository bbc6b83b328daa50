"""A fleet with a ledger and people, made quickly: hashes of little work, tables from a copy."""

import shutil
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from cellwright.access.passwords import Passwords
from cellwright.access.roles import Grant, Role
from cellwright.access.visitor import Visitor
from cellwright.app.people.second_step import sign_in
from cellwright.app.people.sign_in import Origin, SignInRequest
from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.people.welcome import WelcomeRequest, accept_link, first_admin_token
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.actor import Actor
from cellwright.model.runs.event import Event
from unit.app.kit import NOBODY, make_fleet

SERVER = Actor("ada", "login")
GOOD = "correct horse battery"
OTHER = "staple of seven words"
HERE = Origin(address="192.0.2.1", agent="Firefox")


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 21, 48, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


def quick_passwords() -> Passwords:
    return Passwords(PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))


PASSWORDS = quick_passwords()


@cache
def _empty_ledger() -> Path:
    path = Path(mkdtemp(prefix="cellwright-tests-")) / "ledger.db"
    open_ledger(sqlite_url(path)).close()
    return path


def open_fleet(root: Path, clock: SetClock, fleet: str = "", **cells: str) -> FleetSession:
    """Write a fleet with a ledger of nothing, and open it. `fleet` is added to fleet.yaml."""
    make_fleet(root, **(cells or {"acme": "{}\n"}))
    if fleet:
        with (root / "fleet.yaml").open("a") as file:
            file.write(fleet)
    folder = root / ".cellwright"
    folder.mkdir(mode=0o700)
    shutil.copy(_empty_ledger(), folder / "ledger.db")
    return FleetSession(Location(fleet=root, environment=NOBODY), clock=clock)


def first_admin(session: FleetSession) -> str:
    """Make Ada the first admin; gives her session's secret."""
    token = first_admin_token(session, SERVER)
    assert token is not None
    request = WelcomeRequest(
        token=token,
        password=GOOD,
        login="ada",
        name="Ada Lovelace",
        email="ada@example.com",
        origin=HERE,
    )
    return accept_link(session, PASSWORDS, request).secret


def visitor_of(session: FleetSession, secret: str) -> Visitor:
    found = FleetVisitors(session).by_session(secret, "")
    assert found is not None
    return found


def sign_in_as(session: FleetSession, login: str = "ada", password: str = GOOD) -> Visitor:
    request = SignInRequest(login=login, password=password, origin=HERE)
    return visitor_of(session, sign_in(session, PASSWORDS, request).secret)


def events(session: FleetSession, most: int = 1000) -> list[Event]:
    """The events, the oldest first."""
    return list(session.ledger().reader.latest_events(most))


def actions(session: FleetSession) -> list[str]:
    return [event.action for event in events(session)]


ADMIN = Grant(Role.ADMIN)
