"""Moves that are under way: on record once, closed for others until they have arrived."""

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind
from cellwright.ledger.opening import Ledger
from cellwright.ledger.write.renaming import Renamed, Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import CELL_RENAMED, CELL_RENAMING

ADA = Actor("ada", "test")
OLD, NEW = UnitAddress("client", "acme", "app"), UnitAddress("client", "beta", "app")
MOVE = Move(
    id="rename-1",
    kind=MoveKind.RENAME,
    subject="client/acme",
    target="client/beta",
    detail={"cells": {"client/acme": "client/beta", "extra/acme": "extra/beta"}},
    reason="bought",
)


def begun(ledger: Ledger) -> Move:
    ledger.moves.begin(MOVE, ADA, EventDraft(ADA, CELL_RENAMING, "client/acme"), {})
    found = ledger.moves.of("client/acme")
    assert found is not None
    return found


def test_units_of_both_names_are_closed_until_it_has_arrived(ledger: Ledger) -> None:
    assert ledger.moves.concerning(OLD) is None
    found = begun(ledger)
    assert (found.begun_by, found.reason, found.detail) == ("ada", "bought", MOVE.detail)
    for unit in (OLD, NEW, UnitAddress("extra", "acme", "app")):
        assert ledger.moves.concerning(unit) == found
    assert ledger.moves.concerning(UnitAddress("client", "acme2", "app")) is None
    with pytest.raises(DiagnosticError, match="is being moved already"):
        begun(ledger)

    event = EventDraft(ADA, CELL_RENAMED, "client/acme", "", {"to": "client/beta"})
    renamed = Renamed(cells={"client/acme": "client/beta"}, units={}, others=(), events=(event,))
    Renaming(ledger.database).record(found, renamed, {})

    assert ledger.moves.concerning(OLD) is None
    assert [item.id for item in ledger.moves.open()] == ["rename-1"]
    assert ledger.reader.client_action(OLD.of_cell) == CELL_RENAMED
    ledger.moves.end(found)
    assert ledger.moves.open() == ()
