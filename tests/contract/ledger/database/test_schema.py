"""The migrations make the tables that the code uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, TextClause, create_engine, inspect, text

from cellwright.ledger.database.database import connect
from cellwright.ledger.database.location import SqliteLocation, parse_location
from cellwright.ledger.database.sqlite_file import make_file
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.run_state import Approval, Decision, UnitState
from cellwright.model.actor import Actor
from cellwright.model.binary import BinaryVersion
from cellwright.model.runs.run import Outcome
from contract.ledger.migrating import migrated
from contract.ledger.samples import APP, APPLIED, applied, result


@contextmanager
def made_from_the_code(ledger: Ledger) -> Iterator[tuple[Connection, str | None]]:
    """The tables as `tables.py` has them, in a database or a schema of their own."""
    if ledger.database.engine.dialect.name == "sqlite":
        engine, schema = create_engine("sqlite://", poolclass=NullPool), None
    else:
        engine, schema = ledger.database.engine.execution_options(schema_translate_map={None: "twin"}), "twin"
    with engine.connect() as connection:
        if schema:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        METADATA.create_all(connection)
        yield connection, schema


def in_words(found: object) -> str:
    """What was found, with the conditions of indexes as their text."""
    match found:
        case dict():
            return ", ".join(f"{key}: {in_words(value)}" for key, value in found.items())
        case list() | tuple():
            return "; ".join(map(in_words, found))
        case TextClause():
            return found.text
        case _:
            return repr(found)


def test_there_is_no_difference_that_a_migration_would_have_to_mend(ledger: Ledger) -> None:
    with ledger.database.read_expressions() as connection:
        settings = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=settings)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("aspect", ["get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes"])
def test_every_table_is_the_same_in_detail(ledger: Ledger, aspect: str) -> None:
    with ledger.database.read_expressions() as connection, made_from_the_code(ledger) as (other, schema):
        migrated, made = inspect(connection), inspect(other)
        for table in METADATA.tables:
            left = in_words(getattr(migrated, aspect)(table))
            right = in_words(getattr(made, aspect)(table, schema=schema))
            assert left == right.replace("'twin'", "None"), table
        assert set(migrated.get_table_names()) == {*METADATA.tables, VERSION_TABLE}


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(files("cellwright.ledger").joinpath("migrations")))
    assert ScriptDirectory.from_config(settings).get_current_head() == HEAD


def test_a_ledger_of_the_first_version_keeps_its_approvals(url: str) -> None:
    location = parse_location(url)
    if isinstance(location, SqliteLocation):
        make_file(location, 10)
    database = connect(location, None, 10)
    with database.write_expressions() as connection:
        migrated(connection, "0001")
        connection.execute(text(_OLD_RUN))
        connection.execute(text(_OLD_UNIT))
        connection.execute(text(_OLD_APPROVAL))
    database.close()

    with open_ledger(url) as ledger:
        assert ledger.approvals.of_run("run-1") == (
            Approval(
                unit=APP,
                plan_digest="p1",
                asked_at="2026-11-22T21:49:00+00:00",
                decision=Decision.APPROVED,
                answered_by="grace",
                answered_at="2026-11-22T21:49:00+00:00",
                reason="seen",
                how="terminal",
            ),
        )
        record = ledger.reader.run_unit("run-1", APP)
        assert record is not None
        assert (record.state, record.plan) == (UnitState.PLANNING, None)
        assert ledger.cancels.request("run-1", Actor("ada"))


def test_a_ledger_without_products_keeps_versions_and_gets_products(url: str) -> None:
    location = parse_location(url)
    if isinstance(location, SqliteLocation):
        make_file(location, 10)
    database = connect(location, None, 10)
    with database.write_expressions() as connection:
        migrated(connection, "0002")
        for statement in _OLD_APPLIED:
            connection.execute(text(statement))
        connection.execute(text(_OLD_RUN))
        connection.execute(text(_OLD_UNIT))
    database.close()

    with open_ledger(url) as ledger:
        assert ledger.reader.binaries() == {APP: BinaryVersion(None, "1.9.8")}
        assert ledger.reader.applied([APP])[APP].binary == BinaryVersion(None, "1.9.8")
        ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), "run-1", APPLIED)
        assert ledger.reader.binaries([APP]) == {APP: BinaryVersion("terraform", "1.11.4")}


def test_runs_that_were_refused_before_say_so(url: str) -> None:
    """They were recorded as runs that failed, and told from those by how their units ended."""
    ended = {
        "run-1": '{"refused":1,"applied":2}',
        "run-2": '{"refused":1,"failed":1}',
        "run-3": '{"failed":1}',
        "run-4": None,
        "run-5": '{"refused":1,"skipped":3}',
    }
    location = parse_location(url)
    if isinstance(location, SqliteLocation):
        make_file(location, 10)
    database = connect(location, None, 10)
    with database.write_expressions() as connection:
        migrated(connection, "0024")
        for run, outcomes in ended.items():
            connection.execute(text(_ENDED_RUN), {"run": run, "outcomes": outcomes})
    database.close()

    with open_ledger(url) as ledger:
        query = RunQuery(ledger.database)
        assert query.by_status(RunFilter()) == {"failed": 3, "refused": 2}
        assert [run.id for run in query.page(RunFilter(status="refused"), 9)] == ["run-5", "run-1"]
        assert ledger.reader.summary("run-1") is not None


_OLD_APPLIED = (
    "INSERT INTO heads (unit, fingerprint) VALUES ('client/acme/app', 'f1')",
    (
        "INSERT INTO units (unit, source_digest, source_label, backend_digest, inputs, recipe,"
        " terraform_version, run, applied_at)"
        " VALUES ('client/acme/app', 's', 's', 'b', '{}', '{}', '1.9.8', 'run-0', 'then')"
    ),
    "INSERT INTO outputs (unit, outputs) VALUES ('client/acme/app', '{}')",
)
_OLD_RUN = """
INSERT INTO runs (id, kind, status, actor, reason, started, unit_count)
VALUES ('run-1', 'apply', 'running', 'ada', '', '2026-11-22T21:48:00+00:00', 1)
"""
_ENDED_RUN = """
INSERT INTO runs (id, kind, status, actor, reason, started, finished, unit_count, outcomes)
VALUES (:run, 'apply', 'failed', 'ada', '', '2026-11-22T21:48:00+00:00', '2026-11-22T21:49:00+00:00', 1,
  :outcomes)
"""
_OLD_UNIT = """
INSERT INTO run_units (run, unit, ordinal, operation, wave, state, attempt, seconds)
VALUES ('run-1', 'client/acme/app', 0, 'apply', 0, 'planning', 1, 0)
"""
_OLD_APPROVAL = """
INSERT INTO approvals (run, unit, plan_digest, actor, reason, time)
VALUES ('run-1', 'client/acme/app', 'p1', 'grace', 'seen', '2026-11-22T21:49:00+00:00')
"""
