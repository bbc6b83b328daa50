"""A rename that slept until another process took it over removes and writes nothing any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.moves import rename as use_case
from cellwright.app.moves import rename_steps
from cellwright.app.moves.rename import rename
from cellwright.app.moves.rename_values import RenameRequest
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.leases import LeaseLost
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_NOT_RENAMED, CELL_RENAMED, CELL_RENAMING
from unit.app.kit import ADA, put_under_git
from unit.app.runs.moving.kit import KEPT, SOURCE, applied, path_of, split_fleet

BETA = UnitAddress("client", "beta", "app")
REQUEST = RenameRequest(cell="client/acme", new="beta")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    root = tmp_path / "fleet"
    with split_fleet(root) as opened:
        (root / ".gitignore").write_text(".cellwright/\n")
        put_under_git(root)
        applied(opened.open(writing=True), SOURCE, KEPT)
        yield opened


def taken_over(session: FleetSession) -> None:
    ledger = session.ledger(writing=True)
    lease = ledger.reader.lease_holders()[SOURCE]
    ledger.leases.take_over(SOURCE, lease.fencing, this_process("another rename"), 60.0)


def told(session: FleetSession) -> list[str]:
    return [event.action for event in session.ledger().reader.events() if event.action.startswith("cell.")]


def test_what_fails_is_taken_back_and_the_trail_says_so(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(_work: object) -> None:
        raise DiagnosticError(error("a hook refuses it"))

    monkeypatch.setattr(use_case, "write_files", failed)
    with pytest.raises(DiagnosticError, match="a hook refuses it"):
        rename(session, ADA, REQUEST)
    fleet = session.open()
    assert path_of(fleet, SOURCE).exists()
    assert not path_of(fleet, BETA).exists()
    assert fleet.ledger.moves.open() == ()
    assert told(session) == [CELL_RENAMING, CELL_NOT_RENAMED]
    assert not (fleet.home.folder / "moves").exists()


def test_the_copies_of_one_that_was_taken_over_stay(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(_work: object) -> None:
        taken_over(session)
        raise DiagnosticError(error("a hook refuses it"))

    monkeypatch.setattr(use_case, "write_files", failed)
    with pytest.raises(DiagnosticError, match="a hook refuses it"):
        rename(session, ADA, REQUEST)
    fleet = session.open()
    assert path_of(fleet, BETA).exists()
    assert [move.subject for move in fleet.ledger.moves.open()] == ["client/acme"]
    assert told(session) == [CELL_RENAMING]


def test_the_former_place_is_left_alone_by_one_that_was_taken_over(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rename_steps.record

    def slept(*given: Any) -> None:  # noqa: ANN401  as the real one
        real(*given)
        taken_over(session)

    monkeypatch.setattr(use_case, "record", slept)
    with pytest.raises(LeaseLost):
        rename(session, ADA, REQUEST)
    assert path_of(session.open(), SOURCE).exists()  # it may be another client's by now
    assert CELL_RENAMED in told(session)
