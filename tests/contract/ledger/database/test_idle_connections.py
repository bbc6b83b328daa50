"""Connections that the server has closed, or that were not used for long."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from cellwright.ledger.database import engines
from cellwright.ledger.opening import Ledger, open_ledger
from contract.postgres import PostgresServer

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture
def ledger(postgres: PostgresServer, database: str) -> Iterator[Ledger]:
    with open_ledger(postgres.url(database)) as opened:
        opened.recorder.append_event("ada", "x.y", "z")
        yield opened


@pytest.fixture
def pings(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each ping found the server alive."""
    answers: list[bool] = []
    dialect = ledger.database.engine.dialect
    ask = dialect.do_ping

    def noted(connection: object) -> bool:
        answers.append(False)
        answers[-1] = ask(connection)  # type: ignore[arg-type]  # the driver's own connection
        return answers[-1]

    monkeypatch.setattr(dialect, "do_ping", noted)
    return answers


@pytest.fixture
def made(ledger: Ledger) -> list[object]:
    """The connections that are opened from now on."""
    found: list[object] = []
    event.listen(ledger.database.engine, "connect", lambda connection, _record: found.append(connection))
    return found


def use(ledger: Ledger) -> int:
    ledger.recorder.append_event("ada", "x.y", "z")
    return ledger.reader.chain_end().sequence


def cut(postgres: PostgresServer, database: str) -> None:
    ours = f"datname = '{database}'"
    postgres.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - our own name


def test_a_connection_used_lately_is_not_pinged(
    ledger: Ledger, pings: list[bool], made: list[object]
) -> None:
    assert use(ledger) == 2
    assert (pings, made) == ([], [])


def test_an_idle_connection_is_pinged(
    ledger: Ledger, pings: list[bool], made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "IDLE", 0.0)

    assert use(ledger) == 2

    assert pings == [True, True]
    assert made == []


def test_a_connection_that_the_server_closed_is_replaced(
    ledger: Ledger, pings: list[bool], made: list[object], postgres: PostgresServer, database: str
) -> None:
    cut(postgres, database)

    assert use(ledger) == 2

    assert pings == [False]
    assert len(made) == 1


def test_a_connection_that_the_driver_closed_is_replaced(ledger: Ledger, made: list[object]) -> None:
    with ledger.database.engine.connect() as connection:
        connection.connection.dbapi_connection.close()  # type: ignore[union-attr]  # there is one

    assert use(ledger) == 2
    assert len(made) == 1
