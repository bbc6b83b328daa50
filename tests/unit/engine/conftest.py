"""What tests of the engine share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from unit.engine.kit import APP, Bench, ScriptedTerraform, make_unit


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as opened:
        yield opened


@pytest.fixture
def bench(ledger: Ledger, tmp_path: Path) -> Bench:
    return Bench(
        ledger, ScriptedTerraform(tmp_path), {APP: make_unit(inputs={"size": 3, "password": "hunter2"})}
    )
