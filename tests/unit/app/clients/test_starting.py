"""One at a time starts a run of a cell, and a server that was killed meanwhile is outlived."""

from datetime import timedelta
from pathlib import Path

import pytest

from cellwright.app.clients import starting as room
from cellwright.app.clients.starting import starting
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.request_keys import RequestKey
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError

ACME = CellAddress("client", "acme")


def test_a_second_one_waits_and_says_so_when_it_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_LONGEST", 0.1)
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as ledger:
        with (
            starting(ledger, ACME),
            pytest.raises(DiagnosticError, match="another server is starting a run of client/acme"),
            starting(ledger, ACME),
        ):
            pass
        with starting(ledger, ACME):
            pass


def test_who_was_killed_is_outlived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_DEAD_AFTER", timedelta(0))
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as ledger:
        killed = RequestKey(who=f"cell {ACME}", key="start", request="of one that was killed")
        assert ledger.request_keys.begin(killed) is None
        with starting(ledger, ACME):
            assert ledger.request_keys.begin(killed) is not None
