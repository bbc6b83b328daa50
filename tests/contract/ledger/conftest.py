"""One ledger suite, two databases: every test that asks for `url` or `ledger` runs on both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from contract.ledger.lent_databases import LentDatabases
from contract.postgres import PostgresServer


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is told to go on."""

    moment: datetime = datetime(2026, 11, 22, 21, 48, 12, 345678, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no ledger is yet; for a test that asks for `ledger` too, PostgreSQL has its tables already."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "kept" / "ledger.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    if "ledger" in request.fixturenames:
        lent: LentDatabases = request.getfixturevalue("lent_databases")
        with lent.lend() as name:
            yield server.url(name)
    else:
        yield server.url(server.new_database())


@pytest.fixture(scope="session")
def lent_databases(postgres: PostgresServer) -> LentDatabases:
    """Databases that have the tables."""
    name = postgres.new_database()
    open_ledger(postgres.url(name)).close()
    postgres.close(name)
    return LentDatabases(postgres, name)


@pytest.fixture
def ledger(url: str, clock: SetClock) -> Iterator[Ledger]:
    with open_ledger(url, clock=clock) as opened:
        yield opened
