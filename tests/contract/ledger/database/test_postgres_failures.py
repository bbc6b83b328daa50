"""A PostgreSQL server that fails: each failure names a way out, and no password is told."""

import sys
from collections.abc import Callable

import pytest

from cellwright.ledger.database.sql import text
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.samples import RUN, refused, run
from contract.postgres import GUARDED, PASSWORD, PostgresServer


@pytest.mark.postgres
def test_a_wrong_password_is_refused_and_not_repeated(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    told = refused(postgres.url(database, GUARDED, "hunter2 & co"))
    assert "can't be reached" in told
    assert "put the right password" in told
    assert GUARDED in told
    assert "hunter2" not in told


@pytest.mark.postgres
def test_the_right_password_without_rights_to_make_tables(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    postgres.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
    told = refused(postgres.url(database, GUARDED, PASSWORD))
    assert "denied permission" in told
    assert "have its owner grant you" in told
    assert PASSWORD not in told


@pytest.mark.postgres
def test_a_database_that_does_not_exist(postgres: PostgresServer) -> None:
    assert 'database "nowhere" does not exist' in refused(postgres.url("nowhere"))


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1:1/d", "/d?host=/nonexistent", "127.0.0.1:1/d?password=hunter2", "no-such-host.invalid/d"],
)
def test_a_server_that_is_not_there(place: str) -> None:
    for create in (True, False):
        told = refused(f"postgresql://ada:hunter2@{place}", create=create)
        assert "can't be reached" in told
        assert "check that the server runs" in told
        assert "hunter2" not in told


def test_no_driver_for_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    told = refused("postgresql://ada:hunter2@127.0.0.1:1/d")
    assert "needs the PostgreSQL driver, which is not installed; pip install 'cellwright[postgres]'" in told
    assert "hunter2" not in told


@pytest.mark.postgres
def test_a_server_that_is_read_only(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    url = postgres.url(database)
    with open_ledger(url) as ledger:
        ledger.recorder.append_event("ada", "x.y", "z")
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with open_ledger(url) as ledger:
        with pytest.raises(DiagnosticError, match="is read-only"):
            ledger.recorder.start_run(run())
        assert len(list(ledger.reader.events())) == 1


@pytest.mark.postgres
def test_tables_of_the_same_names(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    postgres.execute("CREATE TABLE events (id int)", database)
    told = refused(postgres.url(database))
    assert "tables of the same names" in told
    with open_ledger(postgres.url(database), create=False) as ledger:
        assert ledger.database.absent


@pytest.mark.postgres
def test_a_lock_that_is_never_given_up(postgres: PostgresServer) -> None:
    url = postgres.url(postgres.new_database())
    with open_ledger(url) as holder, open_ledger(url, lock_timeout=0.05) as waiter:
        with holder.database.write() as connection:
            connection.execute(text("SELECT * FROM chain FOR UPDATE"))
            with pytest.raises(DiagnosticError, match="is locked by another process"):
                waiter.recorder.start_run(run())
        assert waiter.reader.run(RUN) is None
        waiter.recorder.start_run(run())


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("default", "used"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_a_commit_survives_a_crash_of_the_server_whatever_its_default(
    postgres: PostgresServer, default: str, used: str
) -> None:
    database = postgres.new_database()
    postgres.execute(f"ALTER DATABASE {database} SET synchronous_commit = {default}")
    with open_ledger(postgres.url(database)) as ledger, ledger.database.read() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == used


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    with open_ledger(postgres.url(database)) as ledger:
        ledger.recorder.append_event("ada", "x.y", "z")
        cut = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database}'"  # noqa: S608 - our own name
        postgres.execute(cut)
        ledger.recorder.append_event("ada", "x.y", "z")
        with pytest.raises(DiagnosticError, match=r"shutting down|can't be reached"):
            write_while(ledger, lambda: postgres.execute(cut))
        assert ledger.reader.chain_end().sequence == 2


def write_while(ledger: Ledger, happening: Callable[[], None]) -> None:
    with ledger.database.write() as connection:
        connection.execute(text("UPDATE chain SET sequence = 99"))
        happening()
        connection.execute(text("SELECT 1"))
