"""Python's driver and SQLAlchemy give the same for the same statements and values."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from cellwright.ledger.database.driver.connection import Connection
from cellwright.ledger.database.sql import TextClause, bindparam, for_texts, text

_TABLES = (
    "CREATE TABLE things (unit TEXT PRIMARY KEY, size, CHECK (size IS NOT 13))",
    "INSERT INTO things VALUES ('a', 1), ('b', 2.5), ('c', NULL), ('d', x'00ff'), ('', 'x')",
)


def lists(statement: str, *keys: str) -> TextClause:
    return text(statement).bindparams(*(bindparam(key, expanding=True) for key in keys))


# Names that begin with another one's, lists beside single values, colons that are none of a parameter,
# columns of one name or none.
STATEMENTS = (
    text("SELECT unit, size FROM things WHERE unit = :unit ORDER BY unit"),
    text("SELECT :unit AS unit, :size AS size, :units_1 AS third, 'a\\:unit' AS colon"),
    lists("SELECT unit, size FROM things WHERE unit IN :units AND unit <> :unit ORDER BY unit", "units"),
    lists(
        "SELECT size FROM things WHERE unit IN :units OR unit IN :unit_s OR unit = '\\:units'",
        "units",
        "unit_s",
    ),
    lists("SELECT count(*), count(*) FROM things WHERE unit NOT IN :units OR unit IN :units", "units"),
    text("SELECT '12\\:30\\:00' || :unit AS moment, typeof(:size) AS kind, :size"),
    text("INSERT INTO things (unit, size) VALUES (:unit, :size)"),
    text(
        "INSERT INTO things (unit, size) VALUES (:unit, :size) ON CONFLICT (unit) DO UPDATE SET size = :size"
    ),
    text("INSERT INTO things (unit, size) VALUES (:unit, :size) ON CONFLICT DO NOTHING RETURNING unit, size"),
    text("UPDATE things SET size = :size WHERE unit >= :unit"),
    lists("DELETE FROM things WHERE unit IN :units", "units"),
    lists("DELETE FROM things WHERE unit IN :units RETURNING unit", "units"),
    text("DELETE FROM things WHERE unit = :missing"),
    text("SELECT nothing FROM nowhere WHERE unit = :unit"),
)
TEXTS = st.text(max_size=3) | st.sampled_from(
    ["a", "b", "c", "", "\0", "a\0b", "\udcff", ":unit", "é", "\U0001f600"]
)
VALUES = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([13, 2**63 - 1, 2**63, -(2**63)])
    | st.floats(allow_nan=True)
    | st.binary(max_size=3)
    | st.just(("a", "b"))
)
GIVEN = st.fixed_dictionaries(
    {
        "unit": TEXTS,
        "size": VALUES,
        "units": st.lists(TEXTS, max_size=4) | st.sampled_from([["a", "b"], ["d", "c", ""]]),
        "unit_s": st.lists(TEXTS, max_size=2).map(tuple),
        "units_1": VALUES,
    }
)


@cache
def made_library() -> sqlalchemy.Engine:
    return sqlalchemy.create_engine("sqlite://", poolclass=StaticPool)


@contextmanager
def both() -> Iterator[tuple[Connection, Connection]]:
    """An own connection and one of SQLAlchemy, to databases with the same rows."""
    own = sqlite3.connect(":memory:", isolation_level=None)
    with made_library().connect() as library:
        driver: Any = library.connection.dbapi_connection
        driver.isolation_level = None
        driver.execute("DROP TABLE IF EXISTS things")
        for connection in (own, driver):
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute("BEGIN")
        yield Connection(own), for_texts(library)
    own.close()


def answer(connection: Connection, statement: TextClause, values: Mapping[str, Any] | list[Any]) -> object:
    """What a statement gives: the kind of its failure; or its rows with their names and their number."""
    try:
        with connection.begin_nested():
            result = connection.execute(statement, values)
            returns = (
                not statement.text.startswith(("UPDATE", "INSERT", "DELETE")) or "RETURNING" in statement.text
            )
            rows = result.all() if returns else ()
            changed = None if statement.text.startswith("SELECT") else result.rowcount
    except Exception as failure:  # noqa: BLE001  whatever it is
        # SQLAlchemy wraps what the driver raises, and tells itself of a value that is missing.
        cause = getattr(failure, "orig", None) or failure
        kind = (
            "refused"
            if type(failure).__name__ in {"StatementError", "ProgrammingError"}
            else type(cause).__name__
        )
        return kind, getattr(cause, "sqlite_errorcode", None) if kind == "IntegrityError" else None
    return repr([tuple(row) for row in rows]), changed


def contents(connection: Connection) -> str:
    return repr([tuple(row) for row in connection.execute(text("SELECT * FROM things ORDER BY rowid")).all()])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), GIVEN), min_size=1, max_size=6))
def test_one_after_the_other(steps: list[tuple[TextClause, dict[str, Any]]]) -> None:
    with both() as (own, library):
        for statement, values in steps:
            assert answer(own, statement, values) == answer(library, statement, values), statement.text
            assert contents(own) == contents(library)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([item for item in STATEMENTS if item.text.startswith(("INSERT", "UPDATE"))][:2]),
    st.lists(GIVEN, min_size=1, max_size=4),
)
def test_once_for_each_of_a_list(statement: TextClause, values: list[dict[str, Any]]) -> None:
    with both() as (own, library):
        assert answer(own, statement, values) == answer(library, statement, values)
        assert contents(own) == contents(library)


def test_rows_have_the_names_that_the_library_gives_them() -> None:
    statement = text(
        "SELECT unit, size AS count, 1 AS 'index', count(*) OVER () FROM things WHERE unit = 'a'"
    )
    with both() as (own, library):
        one, other = (connection.execute(statement).one() for connection in (own, library))
    assert dict(one._mapping) == dict(other._mapping)
    assert (one.unit, one[1:]) == (other.unit, tuple(other[1:]))
    # Columns, not a tuple's methods.
    assert [getattr(row, name) for row in (one, other) for name in ("count", "index")] == [1, 1, 1, 1]
