"""The roles of a PostgreSQL ledger: the writer records and changes nothing of it, the reader reads."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.ledger.audit import verify
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.roles import LedgerRoles, make_roles
from cellwright.ledger.database.table_groups.people_tables import PROOFS
from cellwright.ledger.database.version import HEAD
from cellwright.ledger.opening import open_ledger
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.samples import RUN, run
from contract.postgres import PostgresServer
from unit.app.kit import NOBODY, make_fleet

pytestmark = pytest.mark.postgres


@dataclass(frozen=True, slots=True)
class SecondRole:
    """A ledger of some events, by its owner, and as the roles that its owner has made."""

    server: PostgresServer
    database: str
    roles: LedgerRoles

    def url(self, role: str) -> str:
        return self.server.url(self.database, role)

    def tries(self, role: str, statement: str) -> None:
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module", name="made")
def made_fixture(postgres: PostgresServer) -> Iterator[SecondRole]:
    """A second and a third database role besides the owner; both may log in, which people's own roles do."""
    database = postgres.new_database()
    with open_ledger(postgres.url(database)) as ledger:
        for number in range(3):
            ledger.recorder.append_event("ada", "trial.made", str(number))
        roles = make_roles(ledger.database)
        assert make_roles(ledger.database).made == ()
    for role in (roles.writer, roles.reader):
        postgres.execute(f"ALTER ROLE {role} LOGIN", database)
    yield SecondRole(postgres, database, roles)
    for role in (roles.writer, roles.reader):
        postgres.execute(f"DROP OWNED BY {role}", database)
        postgres.execute(f"DROP ROLE {role}", database)


def test_the_roles_are_named_after_the_database(made: SecondRole) -> None:
    expected = (f"{made.database}_writer", f"{made.database}_reader")
    assert (made.roles.writer, made.roles.reader) == made.roles.made == expected


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'eve'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_guard ON events",
        "DROP TABLE events",
        "CREATE OR REPLACE FUNCTION cellwright_refuse() RETURNS trigger LANGUAGE plpgsql AS ''",
        "SET session_replication_role = replica",
        "DELETE FROM chain",
        "CREATE TABLE mine (id int)",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (sequence) DO UPDATE SET actor = 'eve'",
        "UPDATE cellwright_version SET version_num = '0001'",
    ],
)
@pytest.mark.parametrize("role", ["writer", "reader"])
def test_neither_role_can_change_what_is_recorded(made: SecondRole, role: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        made.tries(getattr(made.roles, role), statement)


def test_the_writer_records_and_the_chain_holds(made: SecondRole) -> None:
    with open_ledger(made.url(made.roles.writer)) as ledger:
        ledger.recorder.start_run(run())
        ledger.recorder.append_event("ada", "trial.made", "by the writer")
        ledger.bindings.confirm_fleet("trial")
        assert verify(ledger.reader.events(), end=ledger.reader.chain_end()) is None
        assert ledger.reader.end_fault() is None


@pytest.mark.parametrize("table", sorted(PROOFS))
def test_the_reader_does_not_see_how_people_prove_who_they_are(made: SecondRole, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        made.tries(made.roles.reader, f"SELECT * FROM {table}")  # noqa: S608  the names of our tables
    made.tries(made.roles.writer, f"DELETE FROM {table}")  # noqa: S608  as above
    made.tries(made.roles.reader, "SELECT * FROM people, grants")


def test_readers_of_an_older_ledger_do_not_get_to_see_them_either(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    postgres.execute(f"CREATE ROLE {database}_reader LOGIN", database)
    postgres.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", database)
    postgres.execute(
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {database}_reader", database
    )
    open_ledger(postgres.url(database)).close()
    with psycopg.connect(postgres.url(database, f"{database}_reader"), autocommit=True) as reader:
        reader.execute("SELECT * FROM people")
        for table in PROOFS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT * FROM {table}".encode())  # noqa: S608  the names of our tables


def test_the_reader_reads_and_is_told_where_it_may_not_write(made: SecondRole) -> None:
    with open_ledger(made.url(made.roles.writer)) as ledger:
        ledger.bindings.confirm_fleet("trial")
    with open_ledger(made.url(made.roles.reader), create=False) as ledger:
        assert len(list(ledger.reader.events())) >= 3
        assert ledger.reader.heads() is not None
        ledger.bindings.confirm_fleet("trial")
        with pytest.raises(DiagnosticError, match=r"denied permission: .*writer to record") as told:
            ledger.recorder.append_event("eve", "x.y", "z")
        assert "cellwright ledger init --roles" in told.value.diagnostics[0].detail
        assert ledger.reader.run(RUN + "x") is None


_READING = (
    ["status"],
    ["runs"],
    ["events"],
    ["events", "verify"],
    ["events", "tip"],
    ["show"],
    ["graph"],
    ["check"],
    ["explain", "client/acme/app"],
    ["versions"],
    ["ip"],
    ["ip", "check"],
    ["policy"],
    ["logs", "20260101-000000-abcd"],
    ["prune"],
)
_WRITING = (
    ["ledger", "adopt", "--yes"],
    ["ledger", "init"],
    ["ledger", "rekey"],
    ["prune", "--yes"],
    ["events", "accept", "--reason", "x"],
    ["cancel", "20260101-000000-abcd"],
    ["reject", "20260101-000000-abcd"],
    ["approve", "20260101-000000-abcd", "--yes"],
    ["resume", "--yes"],
    ["onboard", "globex", "--yes"],
    ["offboard", "acme", "--yes"],
)


@pytest.mark.parametrize("role", ["writer", "reader"])
def test_every_command_works_or_says_what_the_role_may_not(
    made: SecondRole,
    role: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_fleet(tmp_path, acme="{}")
    for name, value in {
        **NOBODY,
        "PATH": os.environ["PATH"],
        "CELLWRIGHT_ACTOR": "ada",
        "CELLWRIGHT_KEY": "ab" * 32,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    owner = ["--ledger", made.url("cellwright")]
    assert main([*owner, "ledger", "init"]) == exit_codes.DONE  # binds fleet and key
    there = ["--ledger", made.url(getattr(made.roles, role))]
    for command in (*_READING, *_WRITING):
        code = main([*there, *command])
        told = "".join(capsys.readouterr())
        assert code != exit_codes.INTERNAL, (command, told)
        assert "Traceback" not in told, command
        allowed = role == "writer" or command in _READING
        assert ("denied permission" in told) <= (not allowed), (command, told)
    assert main([*there, "events", "verify"]) == exit_codes.DONE


def test_an_older_ledger_needs_its_owner(made: SecondRole) -> None:
    made.tries("cellwright", "UPDATE cellwright_version SET version_num = '0004'")
    try:
        with pytest.raises(DiagnosticError, match=r"denied permission.*its owner to make or upgrade"):
            open_ledger(made.url(made.roles.writer))
    finally:
        made.tries("cellwright", f"UPDATE cellwright_version SET version_num = '{HEAD}'")  # noqa: S608  a constant


def test_only_the_owner_makes_roles_and_only_on_postgres(made: SecondRole, tmp_path: Path) -> None:
    for url, told in (
        (made.url(made.roles.writer), "belongs to 'cellwright', not to"),
        (sqlite_url(tmp_path / "ledger.db"), "has no roles: it is a SQLite file"),
    ):
        with open_ledger(url) as ledger, pytest.raises(DiagnosticError, match=told):
            make_roles(ledger.database)


@pytest.mark.parametrize("name", ["", "a b", 'a"; DROP TABLE events; --', "x" * 64, "1a"])
def test_a_role_has_a_plain_name(made: SecondRole, name: str) -> None:
    refused = pytest.raises(DiagnosticError, match="can't be the name of a role")
    with open_ledger(made.url("cellwright")) as ledger, refused:
        make_roles(ledger.database, writer=name or " ")


def test_an_owner_who_may_not_make_roles_is_told_what_an_administrator_runs(postgres: PostgresServer) -> None:
    database = postgres.new_database()
    postgres.execute("CREATE ROLE plain LOGIN", database)
    postgres.execute("GRANT CREATE ON SCHEMA public TO plain", database)
    with open_ledger(postgres.url(database, "plain")) as ledger:
        with pytest.raises(DiagnosticError, match=f'CREATE ROLE "{database}_writer" NOLOGIN'):
            make_roles(ledger.database)
        for name in ("writer", "reader"):
            postgres.execute(f"CREATE ROLE {database}_{name} NOLOGIN", database)
        assert make_roles(ledger.database).made == ()
