"""A worker whose role may record and make no tables is woken, once the ledger's owner has made its roles."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.history.ledger_init import RolesRequest, init_ledger
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.dispatch.procrastinate_jobs import ProcrastinateDispatcher, prepare
from cellwright.ledger.database.location import PostgresLocation, parse_location
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from contract.postgres import PostgresServer
from patience import PATIENCE
from unit.app.kit import NOBODY, make_fleet

pytestmark = pytest.mark.postgres
ROLE = "hand"


@pytest.fixture(name="database")
def _database(postgres: PostgresServer) -> Iterator[str]:
    """A database, and a role that may log in and do nothing else yet."""
    database = postgres.new_database()
    postgres.execute(f"CREATE ROLE {ROLE} LOGIN")
    yield database
    for role in (ROLE, f"{database}_writer", f"{database}_reader"):
        if postgres.has_role(role):
            postgres.execute(f"DROP OWNED BY {role}", database)
            postgres.execute(f"DROP ROLE {role}", database)


def conninfo(url: str) -> str:
    location = parse_location(url)
    assert isinstance(location, PostgresLocation)
    return location.conninfo


def test_the_writer_is_woken_and_wakes(tmp_path: Path, postgres: PostgresServer, database: str) -> None:
    make_fleet(tmp_path, acme="{}\n")
    place = Location(fleet=tmp_path, ledger=postgres.url(database), environment=NOBODY)
    with FleetSession(place) as session:
        for _ in range(2):  # again, as after an upgrade
            init_ledger(session, Actor("ada", "test"), RolesRequest())
    postgres.execute(f"GRANT {database}_writer TO {ROLE}")
    dispatcher, taken = ProcrastinateDispatcher(conninfo(postgres.url(database, ROLE))), threading.Event()

    def take() -> bool:
        taken.set()
        return False

    dispatcher.start(take, 1)
    dispatcher.wake("r1")
    assert taken.wait(PATIENCE)
    dispatcher.tidy()
    dispatcher.stop()


def test_a_role_that_may_make_no_tables_is_told_who_makes_them(
    postgres: PostgresServer, database: str
) -> None:
    postgres.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
    with pytest.raises(DiagnosticError, match="ledger init --roles"):
        prepare(conninfo(postgres.url(database, ROLE)))
