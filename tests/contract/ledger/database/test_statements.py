"""Every statement that a module of the ledger holds as text means the same to both libraries."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import cellwright.ledger
from cellwright.ledger.database.dialect import DialectSql
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.sql import TextClause, bindparam, for_texts, text
from cellwright.ledger.opening import Ledger, open_ledger

_OF_POSTGRES = ("clock_timestamp", "FOR UPDATE", "LOCK TABLE", "pg_", "GRANT", "pg_roles", "current_setting")

_GIVEN_LISTS = {"cellwright.ledger.leases._RENEW.0", "cellwright.ledger.queue.pauses._OF.0"}
"""Of which a list among the values is told where they are executed."""


def statements() -> Iterator[tuple[str, TextClause]]:
    """The statements that modules hold, by where they are."""
    for module in pkgutil.walk_packages(cellwright.ledger.__path__, "cellwright.ledger."):
        if ".migrations" in module.name:
            continue
        for name, held in vars(importlib.import_module(module.name)).items():
            for number, statement in enumerate(_within(held)):
                yield f"{module.name}.{name}.{number}", statement


def _within(held: object) -> Iterator[TextClause]:
    match held:
        case TextClause():
            yield held
        case DialectSql():
            yield held._texts["sqlite"]
        case tuple() | list():
            for item in held:
                yield from _within(item)
        case dict():
            yield from _within(list(held.values()))
        case _:
            pass


STATEMENTS = {
    where: statement
    for where, statement in statements()
    if not any(word in statement.text for word in _OF_POSTGRES) and where not in _GIVEN_LISTS
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder: Path = tmp_path_factory.mktemp("ledger")
    with open_ledger(sqlite_url(folder / "ledger.db")) as opened:
        yield opened


def test_there_are_many() -> None:
    assert len(STATEMENTS) > 250


@pytest.mark.parametrize("where", STATEMENTS)
def test_both_libraries_take_it(ledger: Ledger, where: str) -> None:
    statement = STATEMENTS[where]
    explained = text(f"EXPLAIN {statement.text}").bindparams(
        *(bindparam(key, expanding=True) for key in statement._lists)
    )
    values: Mapping[str, Any] = {
        name: ["a", "b"] if name in statement._lists else "1"
        for name in statement._of_library.compile().params
    }
    with ledger.database.read() as own:
        assert own.execute(explained, values).all()
    with ledger.database.read_expressions() as library:
        assert for_texts(library).execute(explained, values).all()
