"""What the task of the stack `database` does, on a real PostgreSQL, by the stack's own script."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import psycopg
import pytest

from contract.postgres import PostgresServer, postgres_server
from e2e.reference.functions import load_function
from e2e.reference.readme import STACKS

SETUP = STACKS / "client" / "database" / "setup"
ADMINISTRATOR = "administrator"
RDS = ("rds_iam", "rds_superuser")
"""Roles that RDS has made when a database begins."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        for role in RDS:
            started.execute(f"CREATE ROLE {role}")
        # As on RDS: no superuser.
        started.execute(f"CREATE ROLE {ADMINISTRATOR} LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser")
        yield started


@pytest.fixture
def database(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    name = f"d{abs(hash(request.node.name))}"
    server.execute(f"CREATE DATABASE {name} OWNER {ADMINISTRATOR}")
    return name


def set_up(
    server: PostgresServer, database: str, folder: Path, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run the script as the task's container does; what it would fetch is there already."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    wget = programs / "wget"
    wget.write_text('#!/bin/sh\n[ "$1 $2" = "-q -O" ] && : > "$3"\n')
    wget.chmod(0o755)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "AUTHORITIES": "https://truststore.pki.rds.amazonaws.com/us-east-1/us-east-1-bundle.pem",
        "EXTENSIONS": "citext,uuid-ossp",
        "PGDATABASE": database,
        "PGHOST": str(server.folder),
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": str(folder / "authorities.pem"),
        "PGUSER": ADMINISTRATOR,
        "SCHEMA": "portal",
        "SERVICE_USER": "portal_app",
        "STATEMENTS": (SETUP / "setup.sql").read_text(),
    }
    return subprocess.run(
        ["/bin/sh", "-c", (SETUP / "setup.sh").read_text()],
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def asked(server: PostgresServer, database: str, user: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.url(database, user), autocommit=True) as connection:
        return connection.execute(statement.encode()).fetchall()


@pytest.mark.postgres
def test_a_database_is_ready_for_the_services(server: PostgresServer, database: str, tmp_path: Path) -> None:
    done = set_up(server, database, tmp_path)

    assert (done.returncode, done.stdout) == (0, "The database is set up.\n"), done.stderr
    made = "CREATE TABLE visits (id uuid DEFAULT public.uuid_generate_v4(), name public.citext)"
    found = "SELECT schemaname, tableowner FROM pg_tables WHERE tablename = 'visits'"
    with psycopg.connect(server.url(database, "portal_app"), autocommit=True) as connection:
        connection.execute(made.encode())
    assert asked(server, database, "portal_app", found) == [("portal", "portal_app")]
    for user, member in (("portal_app", True), (ADMINISTRATOR, False)):
        statement = f"SELECT pg_has_role('{user}', 'rds_iam', 'USAGE')"
        assert asked(server, database, ADMINISTRATOR, statement) == [(member,)]


@pytest.mark.postgres
def test_it_may_be_done_again_and_adds_what_is_new(
    server: PostgresServer, database: str, tmp_path: Path
) -> None:
    extensions = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
    assert set_up(server, database, tmp_path, EXTENSIONS="citext").returncode == 0
    assert asked(server, database, ADMINISTRATOR, extensions) == [("citext",)]

    again = set_up(server, database, tmp_path)

    assert again.returncode == 0, again.stderr
    assert asked(server, database, ADMINISTRATOR, extensions) == [("citext",), ("uuid-ossp",)]


@pytest.mark.postgres
def test_who_is_not_named_does_not_get_in(server: PostgresServer, database: str, tmp_path: Path) -> None:
    server.execute("DROP ROLE IF EXISTS stranger")
    server.execute("CREATE ROLE stranger LOGIN")
    assert set_up(server, database, tmp_path).returncode == 0

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        asked(server, database, "stranger", "SELECT 1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(server, database, "portal_app", "CREATE TABLE public.elsewhere ()")


@pytest.mark.postgres
def test_a_fault_leaves_everything_as_it_was(server: PostgresServer, database: str, tmp_path: Path) -> None:
    done = set_up(
        server, database, tmp_path, EXTENSIONS="citext,no-such-thing", SERVICE_USER="half", SCHEMA="half"
    )

    assert done.returncode == 3
    assert "no-such-thing" in done.stderr
    assert asked(server, database, ADMINISTRATOR, "SELECT extname FROM pg_extension") == [("plpgsql",)]
    assert not server.has_role("half")


@pytest.mark.postgres
def test_the_master_user_is_never_locked_out(server: PostgresServer, database: str, tmp_path: Path) -> None:
    # Made by hand, with the master user as a member, whose password RDS would refuse from then on.
    server.execute(f"CREATE ROLE handmade; GRANT handmade TO {ADMINISTRATOR}")

    done = set_up(server, database, tmp_path, SERVICE_USER="handmade")

    assert done.returncode == 3
    assert "the master user would inherit rds_iam" in done.stderr
    granted = "SELECT pg_has_role('handmade', 'rds_iam', 'MEMBER')"
    assert asked(server, database, ADMINISTRATOR, granted) == [(False,)]


@pytest.mark.postgres
@pytest.mark.parametrize("name", ['"; DROP DATABASE postgres; --', "o'brien", "two words"])
def test_names_stay_names(server: PostgresServer, database: str, tmp_path: Path, name: str) -> None:
    done = set_up(server, database, tmp_path, SERVICE_USER=name, SCHEMA=name, EXTENSIONS="")

    assert done.returncode == 0, done.stderr
    assert server.has_role(name)


def test_without_the_authorities_no_password_is_sent(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("wget", "exit 1"), ("psql", f"touch {tmp_path / 'asked'}")):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "PGSSLROOTCERT": "x", "AUTHORITIES": "y"}

    done = subprocess.run(["/bin/sh", "-c", (SETUP / "setup.sh").read_text()], env=environment, check=False)

    assert done.returncode == 1
    assert not (tmp_path / "asked").exists()


class Ecs:
    """Runs one task, which ends as it is told to."""

    def __init__(self, task: Mapping[str, Any], failures: tuple[Mapping[str, str], ...] = ()) -> None:
        self.task = {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/prod/1", **task}
        self.failures = failures
        self.waited = False
        self.asked: Mapping[str, Any] = {}

    def run_task(self, **asked: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever AWS takes
        self.asked = asked
        return {"tasks": [] if self.failures else [self.task], "failures": list(self.failures)}

    def get_waiter(self, name: str) -> "Ecs":
        assert name == "tasks_stopped"
        return self

    def wait(self, **_asked: object) -> None:
        self.waited = True

    def describe_tasks(self, **_asked: object) -> Mapping[str, Any]:
        assert self.waited
        return {"tasks": [self.task]}


REQUEST = {
    "cluster": "prod",
    "task_definition": "client-acme-database-setup:3",
    "subnets": ["subnet-1"],
    "security_groups": ["sg-1"],
    "log_group": "/clients/acme/database-setup",
}


def runner(monkeypatch: pytest.MonkeyPatch, ecs: Ecs) -> ModuleType:
    monkeypatch.setattr(boto3, "client", lambda _service: ecs)
    return load_function(monkeypatch, SETUP / "runner.py")


def test_the_function_runs_the_task_and_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = Ecs({"containers": [{"exitCode": 0}]})

    answer = runner(monkeypatch, ecs).handler(REQUEST, None)

    assert answer == {"task": ecs.task["taskArn"]}
    assert ecs.asked["taskDefinition"] == "client-acme-database-setup:3"
    assert ecs.asked["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"


@pytest.mark.parametrize(
    ("ecs", "said"),
    [
        (Ecs({}, ({"reason": "Capacity is unavailable"},)), "Capacity is unavailable"),
        (
            Ecs({"containers": [{"exitCode": 3}], "stoppedReason": "Essential container exited"}),
            r"\[3\].*exited",
        ),
        (Ecs({"containers": [{"reason": "CannotPullContainerError"}]}), "CannotPullContainerError"),
    ],
    ids=["not started", "psql failed", "no image"],
)
def test_the_function_fails_if_the_task_does(monkeypatch: pytest.MonkeyPatch, ecs: Ecs, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        runner(monkeypatch, ecs).handler(REQUEST, None)
