"""The migrations make the tables that the code uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, inspect, text

from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.database.version import HEAD, VERSION_TABLE
from cellwright.ledger.opening import Ledger


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


def test_there_is_no_difference_that_a_migration_would_have_to_mend(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        settings = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=settings)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("aspect", ["get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes"])
def test_every_table_is_the_same_in_detail(ledger: Ledger, aspect: str) -> None:
    with ledger.database.read() as connection, made_from_the_code(ledger) as (other, schema):
        migrated, made = inspect(connection), inspect(other)
        for table in METADATA.tables:
            left = repr(getattr(migrated, aspect)(table))
            right = repr(getattr(made, aspect)(table, schema=schema))
            assert left == right.replace("'twin'", "None"), table
        assert set(migrated.get_table_names()) == {*METADATA.tables, VERSION_TABLE}


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(files("cellwright.ledger").joinpath("migrations")))
    assert ScriptDirectory.from_config(settings).get_current_head() == HEAD
