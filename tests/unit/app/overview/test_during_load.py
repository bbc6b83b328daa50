"""A load that compares cells with the ledger asks it once, also where it can't be read."""

from pathlib import Path

import pytest

from cellwright.app.overview import during_load
from cellwright.app.overview.during_load import DuringLoad
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.overview.kit import open_fleet


def test_a_ledger_that_can_not_be_read_is_asked_once_for_all_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[FleetSession] = []
    told: list[int] = []

    def away(session: FleetSession) -> None:
        asked.append(session)
        raise DiagnosticError(error("the ledger is away"))

    monkeypatch.setattr(during_load, "ledger_now", away)
    session = open_fleet(tmp_path)
    during = DuringLoad(session, lambda: told.append(1))
    session.snapshot(observer=during.observe)
    assert len(told) > 1
    assert len(asked) == 1
    assert (during.at, during.found) == (None, None)
