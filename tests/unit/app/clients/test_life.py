"""A client is moved only from the state in which it was seen: its offboarding may have begun meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from cellwright.app.clients.life import finish_provisioning, provisioning
from cellwright.ledger.clients.lives import Lives, Move
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import Life, NewOffboarding
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.offboarding import Phase
from cellwright.model.runs.run import RunStatus
from unit.app.kit import ADA, make_run

ACME = CellAddress("client", "acme")
RUN = "20261122-214812-3f9a"


@pytest.fixture(name="ledger")
def ledger_fixture(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as opened:
        yield opened


def state(ledger: Ledger) -> ClientState:
    found = ledger.lives.find(ACME)
    assert found is not None
    return found.state


def leaves(ledger: Ledger, back_to: ClientState) -> None:
    new = NewOffboarding(
        id="one", cell=ACME, reason="", back_to=back_to, task={}, hold_seconds=0, approvals_needed=0
    )
    ledger.offboardings.begin(new, ADA)


def after(what: Callable[[], None], real: Callable[..., object]) -> Callable[..., object]:
    """As `real`, and something happens just after it."""

    def both(*given: object) -> object:
        found = real(*given)
        what()
        return found

    return both


def test_a_client_whose_offboarding_begins_as_its_first_run_ends_leaves_all_the_same(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.recorder.start_run(replace(make_run(RUN), units=()))
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    ledger.lives.move(Move(cell=ACME, to=ClientState.PROVISIONING, run=RUN), ADA)
    begins = after(lambda: leaves(ledger, ClientState.PROVISIONING), Lives.in_states)
    with monkeypatch.context() as patched:
        patched.setattr(Lives, "in_states", begins)
        finish_provisioning(ledger, ADA)
    assert state(ledger) is ClientState.OFFBOARDING
    for before, then in pairwise((Phase.PLANNING, Phase.HOLDING, Phase.EXPORTING, Phase.DESTROYING)):
        assert ledger.offboardings.step("one", Step(before=before, after=then, hold_until=1), ADA)
    assert state(ledger) is ClientState.DESTROYING


def test_a_run_does_not_bring_up_a_client_whose_offboarding_has_begun_meanwhile(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.lives.move(Move(cell=ACME, to=ClientState.REQUESTED), ADA)
    real: Callable[[Lives, CellAddress], Life | None] = Lives.find
    with monkeypatch.context() as patched:
        patched.setattr(Lives, "find", after(lambda: leaves(ledger, ClientState.REQUESTED), real))
        with pytest.raises(DiagnosticError, match="has become offboarding meanwhile"):
            provisioning(ledger, ADA, ACME, RUN)
    assert state(ledger) is ClientState.OFFBOARDING
